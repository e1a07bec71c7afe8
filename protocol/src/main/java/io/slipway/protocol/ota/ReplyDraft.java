package io.slipway.protocol.ota;

import org.jspecify.annotations.Nullable;

/**
 * What a server would like to send to a device that checks in. It may contain anything; {@link
 * Reply#checkIn} leaves out what would break a device.
 *
 * @param serverTime the clock; null while it is not set, in which case a device keeps its own
 * @param firmware null if there is none, which firmware before 1.6.0 treats as an error
 * @param transport where the voice session goes, null when unknown
 * @param activation only while the device is not bound; null otherwise
 */
public record ReplyDraft(
        @Nullable ServerTime serverTime,
        @Nullable FirmwareSection firmware,
        @Nullable Transport transport,
        @Nullable ActivationSection activation) {

    /**
     * @param timestamp ms since the epoch, UTC; the device sets its clock to this plus the offset
     * @param offsetMinutes east of UTC
     * @param zone IANA name; no device reads it
     */
    public record ServerTime(long timestamp, int offsetMinutes, String zone) {}

    /**
     * @param running the version that the device reported; if the device would crash comparing with
     *     it, the whole section is left out
     * @param version the version to install, or {@code running} when there is nothing to install
     * @param url of the image, empty when there is nothing to install
     * @param force whether to install even if not newer (firmware ≥ 1.6.0)
     */
    public record FirmwareSection(String running, String version, String url, boolean force) {}

    /** Exactly one of the two: a device that gets {@code mqtt} ignores the other. */
    public sealed interface Transport permits WebsocketSection, MqttSection {}

    /**
     * @param url {@code ws://} or {@code wss://}
     * @param token without blanks; the device sends it as {@code Authorization: Bearer}
     * @param version of the binary frames, 1 to 3
     */
    public record WebsocketSection(String url, String token, int version) implements Transport {}

    /**
     * @param endpoint {@code host} or {@code host:port}; TLS only on port 8883
     * @param keepalive seconds
     * @param subscribeTopic no firmware since 1.0 reads it; gateways expect it in the reply
     */
    public record MqttSection(
            String endpoint,
            String clientId,
            String username,
            String password,
            int keepalive,
            String publishTopic,
            String subscribeTopic)
            implements Transport {}

    /**
     * @param code digits, spoken one by one; null if none can be issued now, in which case the
     *     device shows the message and asks again
     * @param message shown on the screen; must contain the code, because only the message is shown
     * @param challenge always sent: without it a device waits 100 s between two attempts
     * @param timeoutMs stored by the device and never used
     */
    public record ActivationSection(
            @Nullable String code, String message, String challenge, int timeoutMs) {}
}
