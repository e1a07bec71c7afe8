package io.slipway.protocol.socket;

import org.jspecify.annotations.Nullable;

/**
 * A server's text frame. The records validate themselves, so that their JSON is safe for all
 * firmware since 1.0: each message has its string {@code type} (device-contract R13), no value is
 * {@code null} (device-contract R6). Immutable and thread-safe.
 */
public sealed interface ServerMessage {

    /**
     * The maximum length of a message's text, in characters; longer ones are cut, and control
     * characters except line feeds are removed.
     */
    int MAX_LINE = 4_000;

    /** The maximum length of a session id and an emotion. */
    int MAX_WORD = 64;

    /** The maximum size of an {@link Mcp} payload, in bytes. */
    int MAX_TEXT = 65_536;

    /**
     * The maximum size of a text that {@link #fromBackend} accepts, in bytes. Without its {@code
     * glyph_push}, of which firmware takes 64 KiB after decoding base64, it may have {@link
     * #MAX_TEXT}.
     */
    int MAX_BACKEND_TEXT = 262_144;

    /** A visible ASCII word without quotes, at most 64 characters. */
    String sessionId();

    /**
     * Must be sent within 10 s of the device's own hello; always {@code websocket} (device-contract
     * R12).
     */
    record Hello(String sessionId, AudioParams audio) implements ServerMessage {

        public Hello {
            checkSession(sessionId);
        }
    }

    /**
     * The device plays the audio between START and STOP, and drops all other.
     *
     * @param text of SENTENCE_START, otherwise null
     */
    record Tts(String sessionId, TtsState state, @Nullable String text) implements ServerMessage {

        public enum TtsState {
            START,
            SENTENCE_START,
            STOP
        }

        public Tts {
            checkSession(sessionId);
            if ((text != null) != (state == TtsState.SENTENCE_START)) {
                throw new IllegalArgumentException(
                        "a text belongs to SENTENCE_START, and it alone");
            }
            text = text == null ? null : SafeText.clean(text, MAX_LINE);
        }
    }

    /** The recognized speech; shown on the screen. */
    record Stt(String sessionId, String text) implements ServerMessage {

        public Stt {
            checkSession(sessionId);
            text = SafeText.clean(text, MAX_LINE);
        }
    }

    /**
     * The face that the device shows.
     *
     * @param emotion a word such as {@code neutral}, {@code happy}
     * @param text an emoji for clients that show it; firmware ignores it
     */
    record Llm(String sessionId, String emotion, String text) implements ServerMessage {

        public Llm {
            checkSession(sessionId);
            checkWord("emotion", emotion);
            text = SafeText.clean(text, MAX_LINE);
        }
    }

    /**
     * JSON-RPC to the device's MCP server.
     *
     * @param payload the text of a JSON object, see {@link io.slipway.protocol.socket.McpMessages}
     */
    record Mcp(String sessionId, String payload) implements ServerMessage {

        /**
         * @throws IllegalArgumentException if a device would break on the payload, or drop it
         */
        public Mcp {
            checkSession(sessionId);
            payload = payload.strip();
            if (!SafeText.fits(payload, MAX_TEXT - 200)) {
                throw new IllegalArgumentException("a payload over 64 KiB");
            }
            checkPayload(payload);
        }
    }

    /** Restarts the device; firmware 1.6.0 and newer. */
    record Reboot(String sessionId) implements ServerMessage {

        public Reboot {
            checkSession(sessionId);
        }
    }

    /** Shown and accompanied by a sound; firmware 1.6.0 and newer. */
    record Alert(String sessionId, String status, String message, String emotion)
            implements ServerMessage {

        public Alert {
            checkSession(sessionId);
            status = SafeText.clean(status, MAX_LINE);
            message = SafeText.clean(message, MAX_LINE);
            checkWord("emotion", emotion);
        }
    }

    /** Makes the device check in again; only for one that announced support in its hello. */
    record ConfigUpdated(String sessionId) implements ServerMessage {

        public ConfigUpdated {
            checkSession(sessionId);
        }
    }

    /** The text frame. */
    default String json() {
        return switch (this) {
            case Hello hello ->
                    """
                    {"type":"hello","transport":"websocket","session_id":%s,"audio_params":\
                    {"format":%s,"sample_rate":%d,"channels":%d,"frame_duration":%d}}\
                    """
                            .formatted(
                                    SafeText.quote(hello.sessionId),
                                    SafeText.quote(hello.audio.format()),
                                    hello.audio.sampleRate(),
                                    hello.audio.channels(),
                                    hello.audio.frameDuration());
            case Tts tts when tts.text != null ->
                    strings("tts", "state", "sentence_start", "text", tts.text);
            case Tts tts ->
                    strings("tts", "state", tts.state == Tts.TtsState.START ? "start" : "stop");
            case Stt stt -> strings("stt", "text", stt.text);
            case Llm llm -> strings("llm", "emotion", llm.emotion, "text", llm.text);
            case Mcp mcp ->
                    "{\"type\":\"mcp\",\"session_id\":"
                            + SafeText.quote(mcp.sessionId)
                            + ",\"payload\":"
                            + mcp.payload
                            + "}";
            case Reboot reboot -> strings("system", "command", "reboot");
            case Alert alert ->
                    strings(
                            "alert",
                            "status",
                            alert.status,
                            "message",
                            alert.message,
                            "emotion",
                            alert.emotion);
            case ConfigUpdated updated -> strings("notify", "event", "config_updated");
        };
    }

    private String strings(String type, String... namesAndValues) {
        var out = new StringBuilder(128);
        out.append("{\"type\":\"").append(type).append("\",\"session_id\":");
        out.append(SafeText.quote(sessionId()));
        for (int i = 0; i < namesAndValues.length; i += 2) {
            out.append(",\"").append(namesAndValues[i]).append("\":");
            out.append(SafeText.quote(namesAndValues[i + 1]));
        }
        return out.append('}').toString();
    }

    // Differs if the payload ends early and continues with members of its own.
    private static void checkPayload(String payload) {
        BackendMessage parsed =
                BackendReader.read("{\"type\":\"mcp\",\"payload\":" + payload + "}");
        if (parsed instanceof BackendMessage.Unsafe unsafe) {
            throw new IllegalArgumentException(unsafe.why());
        }
        if (!(parsed instanceof BackendMessage.BackendMcp mcp && mcp.payload().equals(payload))) {
            throw new IllegalArgumentException("not a JSON object");
        }
    }

    private static void checkSession(String sessionId) {
        checkWord("session id", sessionId);
    }

    private static void checkWord(String what, String word) {
        if (!SafeText.isWord(word, MAX_WORD)) {
            throw new IllegalArgumentException(what + " is not a word");
        }
    }

    /** A text of another server, classified by its effect on a device. */
    sealed interface BackendMessage {

        /**
         * Safe for all firmware; it may be passed on unchanged.
         *
         * @param type its type, possibly unknown to all firmware
         * @param text of {@code tts} {@code sentence_start} and of {@code stt}, otherwise {@code
         *     ""}
         * @param state of {@code tts}, otherwise {@code ""}
         */
        record Safe(String type, String text, String state) implements BackendMessage {}

        /** The other server's own hello: for the relay, not for the device. */
        record BackendHello(AudioParams audio, String sessionId) implements BackendMessage {}

        /**
         * A hello that announces what no device takes.
         *
         * @param name the member that is wrong: {@code transport}, {@code format}, {@code
         *     sample_rate}, {@code channels} or {@code frame_duration}
         * @param value of it, at most 40 characters without control characters; {@code ""} if it
         *     has none
         */
        record UnusableHello(String name, String value) implements BackendMessage {

            /** For people who know the protocol, in no language: {@code frame_duration: 30}. */
            public String text() {
                return name + ": " + value;
            }
        }

        /**
         * JSON-RPC to the device.
         *
         * @param payload the text of the payload object, as received
         * @param id the payload's id if it is an integer
         * @param method null in a reply
         * @param tool the name of the tool that a {@code tools/call} calls, otherwise {@code ""}
         */
        record BackendMcp(String payload, @Nullable Long id, @Nullable String method, String tool)
                implements BackendMessage {}

        /** Restarts the device, as its tool {@code self.reboot} would. */
        record BackendReboot() implements BackendMessage {}

        /**
         * Some firmware would crash on it, or two parsers would read it differently.
         *
         * @param why for a log, without any of the text
         */
        record Unsafe(String why) implements BackendMessage {}
    }

    /** Parses a text frame of another server as a device would. Never throws. */
    static BackendMessage fromBackend(String text) {
        return BackendReader.read(text);
    }
}
