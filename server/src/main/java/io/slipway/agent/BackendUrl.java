package io.slipway.agent;

import io.slipway.http.ServerUrl;
import java.util.Optional;

/**
 * A relay's URL, parsed once: what is validated is also what is connected to.
 *
 * @param tls whether it is {@code wss}
 * @param host lower case; an IPv6 address without its brackets
 * @param port 1 to 65535
 * @param path with the query, begins with {@code /}
 */
public record BackendUrl(boolean tls, String host, int port, String path) {

    /** The maximum length of a URL, in characters. */
    public static final int MAX_LENGTH = 512;

    /** Accepts {@code ws} and {@code wss} URLs, by the rules of {@link ServerUrl#parse}. */
    public static Optional<BackendUrl> parse(String text) {
        return ServerUrl.parse(text, "ws", MAX_LENGTH)
                .map(url -> new BackendUrl(url.tls(), url.host(), url.port(), url.path()));
    }

    /** Scheme, host and port: a token is never sent to another origin. */
    public String origin() {
        return (tls ? "wss://" : "ws://") + new ServerUrl(tls, host, port, path).authority();
    }
}
