package io.slipway.http.socket;

import io.slipway.http.HeaderNames;
import io.slipway.http.HttpConfig;
import io.slipway.http.Peer;
import io.slipway.http.Request;
import io.slipway.http.device.DeviceExit;
import io.slipway.http.governor.OpenConnection;
import io.slipway.http.vertx.FramingCheck;
import io.slipway.http.vertx.ProxyPreamble;
import io.slipway.protocol.ota.Reply;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** WebSocket handshakes, on one event loop. Lives on that loop. */
public final class Handshakes {

    /** The maximum size of a device's message in bytes; firmware sends at most 65,535. */
    private static final int MAX_MESSAGE = 128 * 1024;

    private static final Reply NO_UPGRADE =
            Reply.error(400, "WebSocket only", "this is where devices open voice sessions");
    private static final Reply DRAINING =
            Reply.error(503, "Shutting down", "try again in a minute");

    private final HttpConfig config;
    private final Vertx vertx;
    private final Context loop;
    private final DeviceExit exit;
    private final ExecutorService threads;
    private final BooleanSupplier draining;

    /**
     * @param threads for blocking work
     */
    public Handshakes(
            HttpConfig config,
            Vertx vertx,
            Context loop,
            DeviceExit exit,
            ExecutorService threads,
            BooleanSupplier draining) {
        this.config = config;
        this.vertx = vertx;
        this.loop = loop;
        this.exit = exit;
        this.threads = threads;
        this.draining = draining;
    }

    /**
     * Decides about a handshake. It has no body; if one is sent nevertheless, it is not waited for.
     */
    public void handle(HttpServerRequest request, SocketRoute route) {
        if (!upgrades(request)) {
            exit.send(request, NO_UPGRADE, true);
            return;
        }
        if (draining.getAsBoolean()) {
            exit.send(request, DRAINING, true);
            return;
        }
        var peer = Peer.of(config, request, ProxyPreamble.of(request));
        var wrapped = new Request(request, Map.of(), new byte[0], peer);
        settle(request, run(request, () -> route.handler().apply(wrapped)));
    }

    private void settle(HttpServerRequest request, SocketRoute.HandshakeAnswer outcome) {
        switch (outcome) {
            case SocketRoute.RefuseHandshake refuse -> exit.send(request, refuse.reply(), true);
            case SocketRoute.OpenSocket open -> open(request, open);
            case SocketRoute.DecideLater later -> {
                // Input that arrives meanwhile belongs to the socket.
                request.pause();
                threads.execute(() -> {
                    SocketRoute.HandshakeAnswer found = run(request, later.work());
                    loop.runOnContext(go -> settle(request, found));
                });
            }
        }
    }

    private static SocketRoute.HandshakeAnswer run(
            HttpServerRequest request, Supplier<SocketRoute.HandshakeAnswer> work) {
        try {
            return work.get();
        } catch (RuntimeException e) {
            return new SocketRoute.RefuseHandshake(DeviceExit.failed(request, e));
        }
    }

    private void open(HttpServerRequest request, SocketRoute.OpenSocket open) {
        var connection = OpenConnection.of(request);
        FramingCheck.leave(request);
        request.toWebSocket()
                .onSuccess(raw -> {
                    if (!raw.isClosed()) {
                        int most = config.socketBuffer();
                        open.opened()
                                .accept(
                                        new Socket(
                                                vertx,
                                                loop,
                                                raw,
                                                most,
                                                MAX_MESSAGE,
                                                connection,
                                                null));
                    }
                })
                // The framework has already answered an invalid handshake.
                .onFailure(bad -> {
                    connection.waitForClient();
                    request.connection().close();
                });
    }

    private static boolean upgrades(HttpServerRequest request) {
        String connection = request.getHeader(HeaderNames.CONNECTION);
        return HttpMethod.GET.equals(request.method())
                && "websocket".equalsIgnoreCase(request.getHeader("Upgrade"))
                && connection != null
                && connection.toLowerCase(Locale.ROOT).contains("upgrade")
                && "13".equals(request.getHeader("Sec-WebSocket-Version"))
                && request.getHeader("Sec-WebSocket-Key") != null;
    }
}
