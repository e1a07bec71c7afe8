package io.slipway.protocol.socket;

import org.jspecify.annotations.Nullable;

/**
 * What a server says in a text frame. The records check themselves, so that whatever is written
 * from them is safe on all firmware since 1.0: each message has its string {@code type}
 * (device-contract R13), no value is {@code null} (device-contract R6). Immutable and thread-safe.
 */
public sealed interface ServerMessage {

    /**
     * The longest text of a message, in characters; longer ones are cut, control characters but
     * line feeds left out.
     */
    int MAX_LINE = 4_000;

    /** The longest session id and emotion. */
    int MAX_WORD = 64;

    /** The most bytes of a text that {@link #fromBackend} takes, and of an {@link Mcp} payload. */
    int MAX_TEXT = 65_536;

    /** A visible ASCII word without quotes, at most 64 characters. */
    String sessionId();

    /**
     * Must come within 10 s of the device's own hello; always {@code websocket} (device-contract
     * R12).
     */
    record Hello(String sessionId, AudioParams audio) implements ServerMessage {

        public Hello {
            checkSession(sessionId);
        }
    }

    /**
     * The device plays what comes between START and STOP, and drops all other audio.
     *
     * @param text of SENTENCE_START, else null
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

    /** What the person was heard to say; shown on the screen. */
    record Stt(String sessionId, String text) implements ServerMessage {

        public Stt {
            checkSession(sessionId);
            text = SafeText.clean(text, MAX_LINE);
        }
    }

    /**
     * The face that the device makes.
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
         * @throws IllegalArgumentException when a device would break on the payload, or drop it
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

    /** The device restarts; firmware 1.6.0 and newer. */
    record Reboot(String sessionId) implements ServerMessage {

        public Reboot {
            checkSession(sessionId);
        }
    }

    /** Shown and announced by a sound; firmware 1.6.0 and newer. */
    record Alert(String sessionId, String status, String message, String emotion)
            implements ServerMessage {

        public Alert {
            checkSession(sessionId);
            status = SafeText.clean(status, MAX_LINE);
            message = SafeText.clean(message, MAX_LINE);
            checkWord("emotion", emotion);
        }
    }

    /** The device checks in again; only to one that asked for it in its hello. */
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

    // Not equal when the payload ends early and goes on with members of its own.
    private static void checkPayload(String payload) {
        BackendMessage heard = BackendReader.read("{\"type\":\"mcp\",\"payload\":" + payload + "}");
        if (heard instanceof BackendMessage.Unsafe unsafe) {
            throw new IllegalArgumentException(unsafe.why());
        }
        if (!(heard instanceof BackendMessage.BackendMcp mcp && mcp.payload().equals(payload))) {
            throw new IllegalArgumentException("no JSON object");
        }
    }

    private static void checkSession(String sessionId) {
        checkWord("session id", sessionId);
    }

    private static void checkWord(String what, String word) {
        if (!SafeText.isWord(word, MAX_WORD)) {
            throw new IllegalArgumentException(what + " is no word");
        }
    }

    /** What a text of another server is worth to a device. */
    sealed interface BackendMessage {

        /**
         * No firmware breaks on it; it may be passed on as it is.
         *
         * @param type its type, perhaps one that no firmware knows
         * @param text of {@code tts} {@code sentence_start} and of {@code stt}, else {@code ""}
         * @param state of {@code tts}, else {@code ""}
         */
        record Safe(String type, String text, String state) implements BackendMessage {}

        /** The other server's own hello: for whoever relays, not for the device. */
        record BackendHello(AudioParams audio, String sessionId) implements BackendMessage {}

        /**
         * JSON-RPC to the device.
         *
         * @param payload the text of the payload object, as it came
         * @param id the payload's id where that is a whole number
         * @param method null in a reply
         * @param tool the name of the tool that a {@code tools/call} calls, else {@code ""}
         */
        record BackendMcp(String payload, @Nullable Long id, @Nullable String method, String tool)
                implements BackendMessage {}

        /**
         * Some firmware would crash on it, or two parsers would read it differently.
         *
         * @param why for a log, without any of the text
         */
        record Unsafe(String why) implements BackendMessage {}
    }

    /** Reads a text frame of another server as a device would. Never throws. */
    static BackendMessage fromBackend(String text) {
        return BackendReader.read(text);
    }
}
