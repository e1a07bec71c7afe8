package io.slipway.http;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;

/** Whether a connection stays open after a response, and how it is closed otherwise. */
public final class Connections {

    private Connections() {}

    /** Sets the Connection header; returns whether the connection must be closed. */
    public static boolean announce(HttpServerRequest request, boolean last) {
        boolean keepsAlive = keepAlive(request);
        boolean close = last || !keepsAlive;
        HttpServerResponse response = request.response();
        boolean old = request.version() == HttpVersion.HTTP_1_0;
        if (keepsAlive == old) {
            // The framework sets the header itself here, in lower case, so ours is set last.
            response.headersEndHandler(end -> announce(response, close));
        } else {
            announce(response, close);
        }
        return close;
    }

    private static void announce(HttpServerResponse response, boolean close) {
        response.headers()
                .set(
                        HeaderNames.ANSWER_CONNECTION,
                        close ? HeaderNames.CLOSE : HeaderNames.KEEP_ALIVE);
    }

    private static boolean keepAlive(HttpServerRequest request) {
        String connection = request.getHeader(HeaderNames.CONNECTION);
        return request.version() == HttpVersion.HTTP_1_0
                ? "keep-alive".equalsIgnoreCase(connection)
                : !"close".equalsIgnoreCase(connection);
    }

    /** Closes the connection after a response, but discards input for a while first. */
    public static void close(HttpServerRequest request, long lingerMs) {
        if (request.isEnded()) {
            request.connection().close();
            return;
        }
        // Unread input would turn the close into a reset that destroys the response.
        request.handler(unwanted -> {});
        request.endHandler(end -> request.connection().close());
        request.resume();
        Vertx.currentContext().owner().setTimer(lingerMs, late -> request.connection().close());
    }
}
