package io.slipway.http;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;

/** Whether a connection outlives its answer, and how it ends where it does not. */
public final class Connections {

    private Connections() {}

    /** Says whether the connection stays open; returns whether it is to be closed. */
    public static boolean announce(HttpServerRequest request, boolean last) {
        boolean keepsAlive = keepAlive(request);
        boolean close = last || !keepsAlive;
        HttpServerResponse response = request.response();
        boolean old = request.version() == HttpVersion.HTTP_1_0;
        if (keepsAlive == old) {
            // Here the framework sets the header itself, in lower case: the last word is ours.
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

    /** Closes the connection after an answer, but reads on for a while what nobody wants. */
    public static void close(HttpServerRequest request, long lingerMs) {
        if (request.isEnded()) {
            request.connection().close();
            return;
        }
        // What is still under way would turn the end into a reset that eats the answer.
        request.handler(unwanted -> {});
        request.endHandler(end -> request.connection().close());
        request.resume();
        Vertx.currentContext().owner().setTimer(lingerMs, late -> request.connection().close());
    }
}
