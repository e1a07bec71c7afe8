package io.slipway.compatibility;

import io.slipway.http.RawClient;
import java.io.IOException;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * Where clients come in: the server's own port, or a proxy's.
 *
 * @param trust for TLS; null without
 */
record Entrance(String name, int port, @Nullable SSLContext trust) {

    /** With its port, as in a {@code Host} header. */
    String host() {
        return (trust == null ? "127.0.0.1:" : "localhost:") + port;
    }

    /** Where devices are told to open their WebSocket. */
    String socket() {
        return (trust == null ? "ws://" : "wss://") + host() + "/v1/ws/";
    }

    RawClient connect() throws IOException {
        return trust == null ? new RawClient(port) : new RawClient(port, trust);
    }
}
