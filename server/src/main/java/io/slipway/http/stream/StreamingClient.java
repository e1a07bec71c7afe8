package io.slipway.http.stream;

import io.slipway.http.EventLoop;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.PoolOptions;

/**
 * Posts to other servers and hands on their answers as they arrive. Connections are kept for the
 * next request to the same name and address. HTTP/1.1, with or without TLS; follows no redirects;
 * asks for no compression. Thread-safe; calls never block.
 */
public final class StreamingClient {

    /** Concurrent connections to one server; callers have lower limits of their own. */
    private static final int CONNECTIONS = 256;

    /** Requests that may wait for one of them, for as long as they may wait for a connection. */
    private static final int WAITING = 256;

    /** How long an unused connection is kept, unless its server asks for another time. */
    private static final int KEPT_SECONDS = 60;

    /**
     * After this time without a byte a connection ends, used or not, whatever its server asks for;
     * longer than any request may take.
     */
    private static final int IDLE_SECONDS = 330;

    /** Above the limit of every request: what is no longer waited for ends, too. */
    private static final int CONNECT_MS = 10_000;

    private static final int MOST_LINE = 4 * 1024;
    private static final int MOST_HEAD = 16 * 1024;

    private final Vertx vertx;
    private final HttpClient client;

    public StreamingClient(Vertx vertx) {
        this(vertx, new HttpClientOptions());
    }

    /** With certificates that a test trusts. */
    StreamingClient(Vertx vertx, HttpClientOptions options) {
        this.vertx = vertx;
        this.client =
                vertx.createHttpClient(
                        options.setKeepAlive(true)
                                .setKeepAliveTimeout(KEPT_SECONDS)
                                .setIdleTimeout(IDLE_SECONDS)
                                .setConnectTimeout(CONNECT_MS)
                                .setTcpNoDelay(true)
                                .setMaxInitialLineLength(MOST_LINE)
                                .setMaxHeaderSize(MOST_HEAD),
                        new PoolOptions()
                                .setHttp1MaxSize(CONNECTIONS)
                                .setMaxWaitQueueSize(WAITING));
    }

    /** The event loop on which this is called, a session's for example; one of them elsewhere. */
    public EventLoop loop() {
        return new EventLoop(vertx, vertx.getOrCreateContext());
    }

    /**
     * Sends a request; call it on {@code loop}, on which the listener is called, never before this
     * method has returned.
     */
    public StreamingCall send(
            EventLoop loop, StreamingRequest request, StreamingListener listener) {
        var call = new StreamingCall(loop, client, request, listener);
        call.start();
        return call;
    }
}
