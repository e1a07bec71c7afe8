package io.slipway.protocol.socket;

import io.slipway.protocol.socket.DeviceMessage.Abort;
import io.slipway.protocol.socket.DeviceMessage.Goodbye;
import io.slipway.protocol.socket.DeviceMessage.Iot;
import io.slipway.protocol.socket.DeviceMessage.Listen;
import io.slipway.protocol.socket.DeviceMessage.Malformed;
import io.slipway.protocol.socket.DeviceMessage.Unknown;
import java.io.IOException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Parses a device's messages. */
final class DeviceReader {

    // Firmware concatenates these without escaping: a quote in them is not valid JSON.
    private static final Pattern DETECT =
            start("\"type\":\"listen\",\"state\":\"detect\",\"text\":\"");
    private static final Pattern FAILED =
            start(
                    "\"type\":\"mcp\",\"payload\":\\{\"jsonrpc\":\"2.0\",\"id\":(-?[0-9]{1,10}),"
                            + "\"error\":\\{\"message\":\"");

    private DeviceReader() {}

    private static Pattern start(String members) {
        return Pattern.compile("\\s*\\{\"session_id\":\"[^\"\\\\]{0,128}\"," + members);
    }

    static DeviceMessage read(String text) {
        if (text.length() > DeviceMessage.MAX_TEXT) {
            return new Malformed("longer than " + DeviceMessage.MAX_TEXT + " characters");
        }
        try {
            return message(JsonMembers.lenient(text), text);
        } catch (IOException e) {
            DeviceMessage glued = glued(text);
            return glued == null ? new Malformed("not a JSON object") : glued;
        }
    }

    private static DeviceMessage message(JsonMembers root, String text) throws IOException {
        String type = root.string("type");
        return switch (type) {
            case null -> new Unknown("");
            case "hello" -> hello(root, text);
            case "listen" -> listen(root);
            case "text" -> typed("text", root.string("text"));
            case "abort" -> new Abort(word(root.string("reason")));
            case "mcp" -> mcp(root.object("payload"));
            case "iot" -> new Iot();
            case "goodbye" -> new Goodbye();
            default -> new Unknown(word(type));
        };
    }

    private static DeviceMessage hello(JsonMembers root, String text) throws IOException {
        JsonMembers features = nested(root, "features");
        JsonMembers notify = features == null ? null : nested(features, "notify");
        Long version = root.whole("version");
        return new DeviceMessage.Hello(
                version != null && version >= 1 && version <= 3 ? version.intValue() : 1,
                features != null && features.isTrue("mcp"),
                features != null && features.isTrue("aec"),
                notify != null && notify.isTrue("config_updated"),
                audio(nested(root, "audio_params")),
                text);
    }

    private static @Nullable JsonMembers nested(JsonMembers members, String name)
            throws IOException {
        String object = members.object(name);
        return object == null ? null : JsonMembers.lenient(object);
    }

    private static AudioParams audio(@Nullable JsonMembers params) {
        if (params == null) {
            return AudioParams.UPLINK;
        }
        AudioParams usual = AudioParams.UPLINK;
        String named = params.has("format") ? params.string("format") : usual.format();
        String format = AudioParams.PCM.equalsIgnoreCase(named) ? AudioParams.PCM : named;
        int rate = number(params, "sample_rate", usual.sampleRate());
        int channels = number(params, "channels", usual.channels());
        int duration = number(params, "frame_duration", usual.frameDuration());
        if (format != null && AudioParams.known(format, rate, channels, duration)) {
            return new AudioParams(format, rate, channels, duration);
        }
        return AudioParams.PCM.equals(format)
                ? new AudioParams(
                        AudioParams.PCM,
                        usual.sampleRate(),
                        usual.channels(),
                        usual.frameDuration())
                : usual;
    }

    private static int number(JsonMembers params, String name, int otherwise) {
        Long value = params.whole(name);
        return value == null || Math.abs(value) > Integer.MAX_VALUE ? otherwise : value.intValue();
    }

    private static DeviceMessage listen(JsonMembers root) {
        String state = root.string("state");
        String text = root.string("text");
        return switch (state) {
            case "start" -> listen(Listen.ListenState.START, root.string("mode"), text);
            case "stop" -> listen(Listen.ListenState.STOP, root.string("mode"), text);
            case "detect" -> listen(Listen.ListenState.DETECT, root.string("mode"), text);
            case "text" -> typed("listen", text);
            case null, default -> new Unknown("listen");
        };
    }

    private static DeviceMessage typed(String type, @Nullable String text) {
        return text == null
                ? new Unknown(type)
                : new DeviceMessage.Typed(SafeText.clean(text, DeviceMessage.MAX_HEARD));
    }

    private static Listen listen(
            Listen.ListenState state, @Nullable String mode, @Nullable String text) {
        return new Listen(
                state,
                word(mode),
                text == null ? "" : SafeText.clean(text, DeviceMessage.MAX_HEARD));
    }

    private static DeviceMessage mcp(@Nullable String payload) throws IOException {
        if (payload == null) {
            return new Unknown("mcp");
        }
        JsonMembers members = JsonMembers.lenient(payload);
        String method = members.string("method");
        return new DeviceMessage.Mcp(
                payload, members.whole("id"), method == null ? null : word(method));
    }

    private static String word(@Nullable String text) {
        return text == null ? "" : SafeText.clean(text, DeviceMessage.MAX_WORD);
    }

    private static @Nullable DeviceMessage glued(String text) {
        String heard = between(DETECT.matcher(text), text, "\"}");
        if (heard != null) {
            return listen(Listen.ListenState.DETECT, null, heard);
        }
        Matcher failed = FAILED.matcher(text);
        String message = between(failed, text, "\"}}}");
        if (message != null) {
            long id = Long.parseLong(failed.group(1));
            String reply =
                    "{\"jsonrpc\":\"2.0\",\"id\":%d,\"error\":{\"message\":%s}}"
                            .formatted(
                                    id,
                                    SafeText.quote(
                                            SafeText.clean(message, DeviceMessage.MAX_HEARD)));
            return new DeviceMessage.Mcp(reply, id, null);
        }
        return null;
    }

    private static @Nullable String between(Matcher start, String text, String end) {
        String whole = text.stripTrailing();
        return start.lookingAt()
                        && whole.endsWith(end)
                        && start.end() <= whole.length() - end.length()
                ? whole.substring(start.end(), whole.length() - end.length())
                : null;
    }
}
