package io.slipway.http;

import java.time.Duration;
import java.util.List;

/**
 * @param host address to listen on
 * @param port 0 picks a free one
 * @param trustedProxies addresses or CIDR ranges whose {@code X-Forwarded-*} headers count
 * @param publicUrl {@code scheme://host[:port]} that people and devices use, empty to follow the
 *     Host that was called
 * @param idleTimeout a connection without traffic for so long is closed
 * @param socketBuffer bytes that may wait to be sent on a WebSocket before its source is held back
 */
public record HttpConfig(
        String host,
        int port,
        List<Cidr> trustedProxies,
        String publicUrl,
        Duration idleTimeout,
        int socketBuffer) {
    public HttpConfig {
        trustedProxies = List.copyOf(trustedProxies);
    }
}
