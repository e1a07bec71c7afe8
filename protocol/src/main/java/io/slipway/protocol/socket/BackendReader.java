package io.slipway.protocol.socket;

import io.slipway.protocol.socket.ServerMessage.BackendMessage;
import java.io.IOException;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Checks another server's texts by the rules of the strictest firmware since 1.0. */
final class BackendReader {

    /** Every member of a message that any firmware reads. */
    private static final String[] LOOKED_AT = {
        "type",
        "state",
        "text",
        "emotion",
        "status",
        "message",
        "command",
        "commands",
        "payload",
        "transport",
        "session_id",
        "audio_params"
    };

    private static final String[] AUDIO = {"format", "sample_rate", "channels", "frame_duration"};

    /** How much of an invalid value is shown to people, in characters. */
    private static final int MOST_SHOWN = 40;

    /** 64 KiB in base64, and what describes 64 glyphs, in bytes. */
    private static final int MOST_GLYPHS = 100_000;

    private static final String[] CALL = {"jsonrpc", "method", "id", "params", "result", "error"};

    private BackendReader() {}

    static BackendMessage read(String text) {
        if (!SafeText.fits(text, ServerMessage.MAX_BACKEND_TEXT)) {
            return unsafe("longer than " + ServerMessage.MAX_BACKEND_TEXT + " bytes");
        }
        if (hasHalfPair(text)) {
            return unsafe("half a surrogate pair");
        }
        try {
            JsonMembers root = JsonMembers.strict(text);
            return SafeText.fits(text, ServerMessage.MAX_TEXT) || onlyByGlyphs(text, root)
                    ? message(root)
                    : unsafe("longer than " + ServerMessage.MAX_TEXT + " bytes without glyphs");
        } catch (IOException e) {
            return unsafe("not a JSON object, or too deep");
        }
    }

    // Only where firmware reads them, and no more of them than it takes.
    private static boolean onlyByGlyphs(String text, JsonMembers root) {
        String type = root.string("type");
        String glyphs = root.object("glyph_push");
        if (glyphs == null
                || !("tts".equals(type) || "stt".equals(type))
                || !SafeText.fits(glyphs, MOST_GLYPHS)) {
            return false;
        }
        int at = text.indexOf(glyphs);
        return SafeText.fits(
                text.substring(0, at) + text.substring(at + glyphs.length()),
                ServerMessage.MAX_TEXT);
    }

    private static BackendMessage message(JsonMembers root) throws IOException {
        if (root.twisted(LOOKED_AT)) {
            return unsafe("a name twice or in other letters");
        }
        String type = root.string("type");
        if (type == null) {
            return unsafe("no string type");
        }
        return switch (type) {
            case "hello" -> hello(root);
            case "tts" -> tts(root);
            case "stt" -> strings(root, type, "text");
            case "llm" -> strings(root, type, "emotion");
            case "alert" -> strings(root, type, "status", "message", "emotion");
            case "system" -> system(root);
            case "mcp" -> mcp(root.object("payload"));
            case "iot" -> iot(root.array("commands"));
            default ->
                    new BackendMessage.Safe(SafeText.clean(type, DeviceMessage.MAX_WORD), "", "");
        };
    }

    // Devices need the transport; the relay sends them a hello of its own, and does not.
    private static BackendMessage hello(JsonMembers root) throws IOException {
        String transport = root.string("transport");
        if (transport != null && !transport.equals("websocket")) {
            return unusable("transport", transport);
        }
        String session = root.string("session_id");
        String id = session == null ? "" : SafeText.clean(session, 128);
        String object = root.object("audio_params");
        return object == null
                ? new BackendMessage.BackendHello(AudioParams.DOWNLINK, id)
                : hello(JsonMembers.strict(object), id);
    }

    // Devices ignore format and channels: what is sent must be Opus, or it is noise.
    private static BackendMessage hello(JsonMembers params, String sessionId) {
        for (String name : AUDIO) {
            if (params.twisted(name)) {
                return unusable(name, "twice");
            }
        }
        AudioParams usual = AudioParams.DOWNLINK;
        String named = params.string("format");
        String format = named == null ? usual.format() : named.toLowerCase(Locale.ROOT);
        int rate = number(params, "sample_rate", usual.sampleRate());
        int duration = number(params, "frame_duration", usual.frameDuration());
        int channels = number(params, "channels", usual.channels()) == 2 ? 2 : 1;
        if (!AudioParams.known(format, usual.sampleRate(), channels, usual.frameDuration())) {
            return unusable(params, "format");
        }
        if (!AudioParams.known(format, rate, channels, usual.frameDuration())) {
            return unusable(params, "sample_rate");
        }
        return AudioParams.known(format, rate, channels, duration)
                ? new BackendMessage.BackendHello(
                        new AudioParams(format, rate, channels, duration), sessionId)
                : unusable(params, "frame_duration");
    }

    private static BackendMessage unusable(JsonMembers params, String name) {
        return unusable(name, params.shown(name));
    }

    private static BackendMessage unusable(String name, String value) {
        return new BackendMessage.UnusableHello(
                name, SafeText.clean(value, MOST_SHOWN).replace('\n', ' '));
    }

    // Zero, which is never valid, for what is no number.
    private static int number(JsonMembers params, String name, int otherwise) {
        Integer value = params.integral(name);
        if (value != null) {
            return value;
        }
        return params.has(name) ? 0 : otherwise;
    }

    private static BackendMessage tts(JsonMembers root) {
        String state = root.string("state");
        String text = root.string("text");
        if (state == null) {
            return unsafe("tts without a string state");
        }
        boolean sentence = state.equals("sentence_start");
        if (sentence && text == null) {
            return unsafe("tts sentence_start without a string text");
        }
        return new BackendMessage.Safe(
                "tts",
                sentence && text != null ? SafeText.clean(text, ServerMessage.MAX_LINE) : "",
                SafeText.clean(state, DeviceMessage.MAX_WORD));
    }

    private static BackendMessage strings(JsonMembers root, String type, String... names) {
        for (String name : names) {
            if (root.string(name) == null) {
                return unsafe(type + " without a string " + name);
            }
        }
        String text = type.equals("stt") ? root.string("text") : null;
        return new BackendMessage.Safe(
                type, text == null ? "" : SafeText.clean(text, ServerMessage.MAX_LINE), "");
    }

    private static BackendMessage system(JsonMembers root) {
        return "reboot".equals(root.string("command"))
                ? new BackendMessage.BackendReboot()
                : strings(root, "system", "command");
    }

    private static BackendMessage mcp(@Nullable String payload) throws IOException {
        if (payload == null) {
            return unsafe("mcp without an object payload");
        }
        JsonMembers call = JsonMembers.strict(payload);
        if (call.twisted(CALL)) {
            return unsafe("mcp: a name twice or in other letters");
        }
        Long id = call.whole("id");
        // A device truncates any number to 32 bits, and would answer with another id.
        if (call.isNumber("id") && (id == null || id.intValue() != id)) {
            return unsafe("mcp: an id that is not a 32-bit number");
        }
        String method = call.string("method");
        String object = call.object("params");
        JsonMembers params = object == null ? null : JsonMembers.strict(object);
        if (params != null && params.twisted("name", "arguments", "cursor", "withUserTools")) {
            return unsafe("mcp: a name twice or in other letters");
        }
        // Firmware 1.7 allocates a stack of that size for the tool, and aborts if it can't.
        if (params != null && params.has("stackSize")) {
            return unsafe("mcp: params.stackSize");
        }
        String tool = "tools/call".equals(method) && params != null ? params.string("name") : null;
        return new BackendMessage.BackendMcp(payload, id, method, tool == null ? "" : tool);
    }

    // Firmware up to 1.7 compares both without checking that they exist.
    private static BackendMessage iot(@Nullable String commands) throws IOException {
        if (commands == null) {
            return unsafe("iot without an array of commands");
        }
        for (String item : JsonMembers.items(commands)) {
            JsonMembers command = JsonMembers.strict(item);
            if (command.twisted("name", "method", "parameters")
                    || command.string("name") == null
                    || command.string("method") == null) {
                return unsafe("iot: a command without a string name and method");
            }
        }
        return new BackendMessage.Safe("iot", "", "");
    }

    // As an escape: cJSON rejects the whole text.
    private static boolean hasHalfPair(String text) {
        int high = -1;
        for (int i = text.indexOf('\\'); i >= 0; i = text.indexOf('\\', i)) {
            boolean unicode = i + 6 <= text.length() && text.charAt(i + 1) == 'u';
            int unit = unicode ? hex(text, i + 2) : 0;
            boolean low = unit >= 0xdc00 && unit <= 0xdfff;
            if (high < 0 ? low : high != i || !low) {
                return true;
            }
            i += unicode ? 6 : 2;
            high = unit >= 0xd800 && unit <= 0xdbff ? i : -1;
        }
        return high >= 0;
    }

    private static int hex(String text, int at) {
        int unit = 0;
        for (int i = at; i < at + 4; i++) {
            unit = (unit << 4) | Math.max(0, Character.digit(text.charAt(i), 16));
        }
        return unit;
    }

    private static BackendMessage.Unsafe unsafe(String why) {
        return new BackendMessage.Unsafe(why);
    }
}
