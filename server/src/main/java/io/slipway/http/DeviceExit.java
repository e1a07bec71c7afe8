package io.slipway.http;

import io.slipway.protocol.ota.Reply;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/**
 * The one place through which every answer of the device plane leaves, the framework's own errors
 * included. Sends Content-Type, Content-Length, Connection and Date in exactly these spellings and
 * nothing else: modems lose headers that come in pieces, and ML307 matches names letter by letter
 * (device-contract 2.8).
 */
final class DeviceExit {

    private static final DateTimeFormatter RFC_1123 =
            DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ROOT)
                    .withZone(ZoneOffset.UTC);

    /** For the rest of a body that nobody wants. */
    static final long LINGER_MS = 1_000;

    private final InstantSource clock;
    private volatile Stamp stamp = new Stamp(0, "");

    private record Stamp(long second, CharSequence text) {}

    DeviceExit(InstantSource clock) {
        this.clock = clock;
    }

    /** On the event loop of the request. {@code last} closes the connection after the answer. */
    void send(HttpServerRequest request, Reply reply, boolean last) {
        HttpServerResponse response = request.response();
        if (response.ended() || response.closed()) {
            return;
        }
        response.setStatusCode(reply.status());
        byte[] body = reply.body();
        response.headers()
                .add(HeaderNames.ANSWER_TYPE, contentType(reply))
                .add(HeaderNames.ANSWER_LENGTH, Integer.toString(body.length))
                .add(HeaderNames.ANSWER_DATE, date());
        boolean close = connection(request, last);
        var sent =
                HttpMethod.HEAD.equals(request.method())
                        ? response.end()
                        : response.end(Buffer.buffer(body));
        if (close) {
            sent.onComplete(done -> close(request, LINGER_MS));
        }
    }

    /** Closes the connection after an answer, but reads on for a while what nobody wants. */
    static void close(HttpServerRequest request, long lingerMs) {
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

    /** Says whether the connection stays open; returns whether it is to be closed. */
    static boolean connection(HttpServerRequest request, boolean last) {
        boolean kept = keepAlive(request);
        boolean close = last || !kept;
        HttpServerResponse response = request.response();
        boolean old = request.version() == HttpVersion.HTTP_1_0;
        if (kept == old) {
            // Here the framework sets the header itself, in lower case: the last word is ours.
            response.headersEndHandler(end -> connection(response, close));
        } else {
            connection(response, close);
        }
        return close;
    }

    private static void connection(HttpServerResponse response, boolean close) {
        response.headers()
                .set(
                        HeaderNames.ANSWER_CONNECTION,
                        close ? HeaderNames.CLOSE : HeaderNames.KEEP_ALIVE);
    }

    static boolean keepAlive(HttpServerRequest request) {
        String connection = request.getHeader(HeaderNames.CONNECTION);
        return request.version() == HttpVersion.HTTP_1_0
                ? "keep-alive".equalsIgnoreCase(connection)
                : !"close".equalsIgnoreCase(connection);
    }

    private static CharSequence contentType(Reply reply) {
        return reply.contentType().equals("application/json")
                ? HeaderNames.JSON
                : reply.contentType();
    }

    CharSequence date() {
        long second = clock.millis() / 1000;
        Stamp current = stamp;
        if (current.second != second) {
            current =
                    new Stamp(
                            second, HttpHeaders.createOptimized(RFC_1123.format(clock.instant())));
            stamp = current;
        }
        return current.text;
    }
}
