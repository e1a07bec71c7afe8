package io.slipway.protocol.socket;

import org.jspecify.annotations.Nullable;

/**
 * A device's text frame. Parsed leniently, like cJSON: names are case-insensitive, the first of
 * several wins, anything after the object is ignored. {@code session_id} is ignored: the connection
 * determines the session, and old firmware sends {@code ""}. Texts are bounded and without control
 * characters. Immutable and thread-safe.
 */
public sealed interface DeviceMessage {

    /**
     * The maximum length of a text that is parsed, in characters; a device's own are under 10,000.
     */
    int MAX_TEXT = 65_536;

    /** The maximum length of the text of a {@link Listen} or {@link Typed}, in characters. */
    int MAX_HEARD = 1_000;

    /** The maximum length of other words: types, modes, reasons, methods. */
    int MAX_WORD = 64;

    /**
     * The first message of a connection.
     *
     * @param version the {@code websocket.version} of the OTA reply; 1 if it is not 1 to 3. The
     *     layout of frames is determined by the header of the connection, not by this.
     * @param mcp whether it has tools
     * @param aec whether the server cancels the echo, by timestamps
     * @param configUpdated whether it accepts {@link ServerMessage.ConfigUpdated}
     * @param audio the format that it sends; in place of an invalid one {@link AudioParams#UPLINK},
     *     or the same as PCM
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
     * It listens, has stopped listening, or has detected its wake word.
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
     * The person types instead of speaking; clients with a keyboard send it (other-clients 3).
     *
     * @param text at most {@link #MAX_HEARD} characters
     */
    record Typed(String text) implements DeviceMessage {}

    /**
     * The person interrupts the answer; firmware still waits for {@code tts stop}.
     *
     * @param reason {@code wake_word_detected} or {@code ""}
     */
    record Abort(String reason) implements DeviceMessage {}

    /**
     * JSON-RPC of its MCP server, mostly replies.
     *
     * @param payload the text of the payload object, as received
     * @param id the payload's id if it is an integer
     * @param method null in a reply
     */
    record Mcp(String payload, @Nullable Long id, @Nullable String method)
            implements DeviceMessage {}

    /** The tools of firmware before 1.8; not used here. */
    record Iot() implements DeviceMessage {}

    /** It is about to disconnect; firmware sends this over MQTT only. */
    record Goodbye() implements DeviceMessage {}

    /**
     * A JSON object that means nothing here, though perhaps to a backend: of an unknown type, or of
     * a known one in an unknown form.
     *
     * @param type at most {@link #MAX_WORD} characters of it; {@code ""} if it has none
     */
    record Unknown(String type) implements DeviceMessage {}

    /**
     * A message that could not be parsed.
     *
     * @param why for a log, without any of the text
     */
    record Malformed(String why) implements DeviceMessage {}

    /** Parses a text frame. Never throws; an invalid one is {@link Malformed}. */
    static DeviceMessage read(String text) {
        return DeviceReader.read(text);
    }
}
