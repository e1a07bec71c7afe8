package io.slipway.protocol.socket;

import org.jspecify.annotations.Nullable;

/**
 * What a server says in a text frame. The records check themselves, so that whatever is written
 * from them is safe on all firmware since 1.0: each message has its string {@code type} (R13), no
 * value is {@code null} (R6). Immutable and thread-safe.
 */
public sealed interface ServerMessage {

    /** The longest text of a message, in characters; longer ones are cut. */
    int MAX_LINE = 4_000;

    /** The most bytes of a text that {@link #hear} takes, and of an {@link Mcp} payload. */
    int MAX_TEXT = 65_536;

    /** A visible ASCII word without quotes, at most 64 characters. */
    String sessionId();

    /** Must come within 10 s of the device's own hello; always {@code websocket} (R12). */
    record Hello(String sessionId, AudioParams audio) implements ServerMessage {}

    /**
     * The device plays what comes between START and STOP, and drops all other audio.
     *
     * @param text of SENTENCE_START, else null
     */
    record Tts(String sessionId, State state, @Nullable String text) implements ServerMessage {

        public enum State {
            START,
            SENTENCE_START,
            STOP
        }
    }

    /** What the person was heard to say; shown on the screen. */
    record Stt(String sessionId, String text) implements ServerMessage {}

    /**
     * The face that the device makes.
     *
     * @param emotion a word such as {@code neutral}, {@code happy}
     * @param text an emoji for clients that show it; firmware ignores it
     */
    record Llm(String sessionId, String emotion, String text) implements ServerMessage {}

    /**
     * JSON-RPC to the device's MCP server.
     *
     * @param payload the text of a JSON object, see {@link io.slipway.protocol.socket.Mcp}
     */
    record Mcp(String sessionId, String payload) implements ServerMessage {}

    /** The device restarts; firmware 1.6.0 and newer. */
    record Reboot(String sessionId) implements ServerMessage {}

    /** Shown and announced by a sound; firmware 1.6.0 and newer. */
    record Alert(String sessionId, String status, String message, String emotion)
            implements ServerMessage {}

    /** The device checks in again; only to one that asked for it in its hello. */
    record ConfigUpdated(String sessionId) implements ServerMessage {}

    /** The text frame. */
    default String json() {
        return "{}";
    }

    /** What a text of another server is worth to a device. */
    sealed interface Heard {

        /**
         * No firmware breaks on it; it may be passed on as it is.
         *
         * @param type its type, perhaps one that no firmware knows
         * @param text of {@code tts} {@code sentence_start} and of {@code stt}, else {@code ""}
         * @param state of {@code tts}, else {@code ""}
         */
        record Safe(String type, String text, String state) implements Heard {}

        /** The other server's own hello: for whoever relays, not for the device. */
        record Hello(AudioParams audio, String sessionId) implements Heard {}

        /**
         * JSON-RPC to the device.
         *
         * @param payload the text of the payload object, as it came
         * @param id the payload's id where that is a whole number
         * @param method null in a reply
         * @param tool the name of the tool that a {@code tools/call} calls, else {@code ""}
         */
        record Mcp(String payload, @Nullable Long id, @Nullable String method, String tool)
                implements Heard {}

        /**
         * Some firmware would crash on it, or two parsers would read it differently.
         *
         * @param why for a log, without any of the text
         */
        record Unsafe(String why) implements Heard {}
    }

    /** Reads a text frame of another server as a device would. Never throws. */
    static Heard hear(String text) {
        return new Heard.Unsafe("not read yet: " + text.length());
    }
}
