package io.slipway.checkin;

import java.time.ZoneId;
import org.jspecify.annotations.Nullable;

/**
 * @param strict whether the requirement's table is law to the letter; real devices then fail
 * @param zone what devices show as local time
 * @param websocketUrl empty for {@code /v1/ws/} on the host that was called
 * @param websocketVersion of the binary frames, 1 to 3
 * @param mqtt given to devices in place of the WebSocket; null to use that
 */
public record CheckInConfig(
        boolean strict,
        ZoneId zone,
        String websocketUrl,
        int websocketVersion,
        @Nullable Mqtt mqtt) {

    /**
     * @param endpoint {@code host} or {@code host:port}
     * @param group first part of the client id
     * @param signatureKey that the gateway checks passwords with
     * @param keepalive seconds
     */
    public record Mqtt(
            String endpoint,
            String group,
            String signatureKey,
            int keepalive,
            String publishTopic,
            String subscribeTopic) {}
}
