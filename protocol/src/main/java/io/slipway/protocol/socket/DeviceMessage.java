package io.slipway.protocol.socket;

import org.jspecify.annotations.Nullable;

/**
 * What a device says in a text frame. Read leniently, as cJSON would: names without case, the first
 * of several wins, whatever follows the object is ignored. {@code session_id} is not looked at: the
 * connection says which session it is, and old firmware sends {@code ""}. Texts are bounded and
 * without control characters. Immutable and thread-safe.
 */
public sealed interface DeviceMessage {

    /** The longest text that is looked at, in characters; a device's own stay under 10,000. */
    int MAX_TEXT = 65_536;

    /** The longest text of a {@link Listen}, in characters. */
    int MAX_HEARD = 1_000;

    /** The longest of the other words: types, modes, reasons, methods. */
    int MAX_WORD = 64;

    /**
     * The first message of a connection.
     *
     * @param version the {@code websocket.version} of the OTA answer; 1 when it is not 1 to 3. The
     *     layout of frames goes by the header of the connection, not by this.
     * @param mcp whether it has tools
     * @param aec whether the server cancels the echo, by timestamps
     * @param configUpdated whether it takes {@link ServerMessage.ConfigUpdated}
     * @param audio what it sends; {@link AudioParams#UPLINK} in place of what nobody could decode
     * @param raw the whole text
     */
    record Hello(
            int version,
            boolean mcp,
            boolean aec,
            boolean configUpdated,
            AudioParams audio,
            String raw)
            implements DeviceMessage {}

    /**
     * It listens, or has stopped to, or has heard its wake word.
     *
     * @param mode {@code auto}, {@code manual}, {@code realtime}; {@code ""} if none
     * @param text the wake word of DETECT, at most {@link #MAX_HEARD} characters; {@code ""} if
     *     none
     */
    record Listen(ListenState state, String mode, String text) implements DeviceMessage {

        public enum ListenState {
            START,
            STOP,
            DETECT
        }
    }

    /**
     * The person wants the answer to end; firmware still waits for {@code tts stop}.
     *
     * @param reason {@code wake_word_detected} or {@code ""}
     */
    record Abort(String reason) implements DeviceMessage {}

    /**
     * JSON-RPC of its MCP server, mostly replies.
     *
     * @param payload the text of the payload object, as it came
     * @param id the payload's id where that is a whole number
     * @param method null in a reply
     */
    record Mcp(String payload, @Nullable Long id, @Nullable String method)
            implements DeviceMessage {}

    /** The tools of firmware before 1.8; nothing here uses them. */
    record Iot() implements DeviceMessage {}

    /** It is about to leave; firmware says so over MQTT only. */
    record Goodbye() implements DeviceMessage {}

    /** A type that is not known here, at most {@link #MAX_WORD} characters of it. */
    record Unknown(String type) implements DeviceMessage {}

    /**
     * Nothing that could be understood.
     *
     * @param why for a log, without any of the text
     */
    record Malformed(String why) implements DeviceMessage {}

    /** Reads a text frame. Never throws; what can't be read is {@link Malformed}. */
    static DeviceMessage read(String text) {
        return DeviceReader.read(text);
    }
}
