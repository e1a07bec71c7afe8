package io.slipway.http.edge;

import io.slipway.http.BodyReader;
import io.slipway.http.HeaderNames;
import io.slipway.http.HttpConfig;
import io.slipway.http.Peer;
import io.slipway.http.Request;
import io.slipway.http.console.ConsoleExit;
import io.slipway.http.device.DeviceExit;
import io.slipway.http.device.DeviceRoute;
import io.slipway.http.file.Downloads;
import io.slipway.http.socket.Socket;
import io.slipway.http.socket.SocketRoute;
import io.slipway.protocol.ota.Reply;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.SocketAddress;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One event loop's share of the HTTP server: devices, downloads and the web UI by map, all else by
 * the router.
 */
public final class EdgeServer extends VerticleBase {

    /** The most bytes of a device's body; the largest real one has about 2 KiB. */
    static final int DEVICE_BODY = 64 * 1024;

    /** A body that has not come after this long will not come. */
    private static final Duration BODY_WAIT = Duration.ofSeconds(30);

    private static final Logger LOG = LoggerFactory.getLogger(EdgeServer.class);

    private static final Reply NO_UPGRADE =
            Reply.error(400, "WebSocket only", "this is where devices open voice sessions");
    private static final Reply DRAINING =
            Reply.error(503, "Shutting down", "try again in a minute");
    private static final Map<String, String> NO_PATH = Map.of();

    private final HttpConfig config;
    private final int wantedPort;
    private final Map<String, DeviceRoute> devices;
    private final Map<String, SocketRoute> sockets;
    private final Downloads downloads;
    private final io.vertx.ext.web.Router router;
    private final DeviceExit exit;
    private final ConsoleExit console;
    private final ExecutorService threads;
    private final BooleanSupplier draining;
    private final Waiting waiting = new Waiting(null);
    private @Nullable HttpServer server;
    private volatile @Nullable Future<Void> shutdown;

    /** Requests whose body has not come yet, oldest first, in a ring that is cheap to leave. */
    private static final class Waiting {
        private final @Nullable HttpServerRequest request;
        private final long since = System.nanoTime();
        private Waiting before = this;
        private Waiting after = this;

        Waiting(@Nullable HttpServerRequest request) {
            this.request = request;
        }

        void join(Waiting ring) {
            before = ring.before;
            after = ring;
            before.after = this;
            ring.before = this;
        }

        void leave() {
            before.after = after;
            after.before = before;
            before = this;
            after = this;
        }
    }

    EdgeServer(
            HttpConfig config,
            int wantedPort,
            Map<String, DeviceRoute> devices,
            Map<String, SocketRoute> sockets,
            Downloads downloads,
            io.vertx.ext.web.Router router,
            DeviceExit exit,
            ConsoleExit console,
            ExecutorService threads,
            BooleanSupplier draining) {
        this.config = config;
        this.wantedPort = wantedPort;
        this.devices = devices;
        this.sockets = sockets;
        this.downloads = downloads;
        this.router = router;
        this.exit = exit;
        this.console = console;
        this.threads = threads;
        this.draining = draining;
    }

    @Override
    public Future<?> start() {
        HttpServer created = vertx.createHttpServer(options(config, wantedPort));
        server = created;
        created.requestHandler(this::request);
        created.invalidRequestHandler(this::invalid);
        vertx.setPeriodic(5_000, id -> dropSlow());
        // Loops share a given port; of "any" each would take one of its own.
        return wantedPort == 0
                ? created.listen(SocketAddress.sharedRandomPort(1, config.host()))
                : created.listen();
    }

    /** How every loop listens. */
    static HttpServerOptions options(HttpConfig config, int port) {
        return new HttpServerOptions()
                .setHost(config.host())
                .setPort(port)
                .setReuseAddress(true)
                .setAcceptBacklog(4096)
                // A 101 or a second protocol on this port would be news to a device.
                .setHttp2ClearTextEnabled(false)
                .setCompressionSupported(false)
                .setHandle100ContinueAutomatically(false)
                .setMaxInitialLineLength(4096)
                .setMaxHeaderSize(16 * 1024)
                .setIdleTimeout((int) config.idleTimeout().toSeconds())
                .setIdleTimeoutUnit(TimeUnit.SECONDS)
                .setTcpKeepAlive(true)
                .setMaxWebSocketFrameSize(64 * 1024)
                .setPerMessageWebSocketCompressionSupported(false)
                .setPerFrameWebSocketCompressionSupported(false);
    }

    int port() {
        HttpServer current = server;
        return current == null ? 0 : current.actualPort();
    }

    private void request(HttpServerRequest request) {
        request.exceptionHandler(broken -> {});
        request.response().exceptionHandler(broken -> {});
        DeviceRoute route = devices.get(request.path());
        if (route == null) {
            SocketRoute socket = sockets.get(request.path());
            if (socket != null) {
                handshake(request, socket);
            } else if (!downloads.handle(request, config) && !console.page(request)) {
                router.handle(request);
            }
            return;
        }
        var entry = new Waiting(request);
        entry.join(waiting);
        BodyReader.read(
                request,
                DEVICE_BODY,
                body -> {
                    entry.leave();
                    var wrapped = new Request(request, NO_PATH, body, peer(config, request));
                    device(request, wrapped, route);
                },
                () -> {
                    entry.leave();
                    String detail = "at most " + DEVICE_BODY + " bytes";
                    exit.send(request, Reply.error(413, "Request too large", detail), true);
                });
    }

    // A handshake has no body; one that is sent all the same is not waited for.
    private void handshake(HttpServerRequest request, SocketRoute route) {
        if (!upgrades(request)) {
            exit.send(request, NO_UPGRADE, true);
            return;
        }
        if (draining.getAsBoolean()) {
            exit.send(request, DRAINING, true);
            return;
        }
        var wrapped = new Request(request, NO_PATH, new byte[0], peer(config, request));
        SocketRoute.Outcome outcome;
        try {
            outcome = route.handler().apply(wrapped);
        } catch (RuntimeException e) {
            outcome = new SocketRoute.Refuse(failed(request, e));
        }
        switch (outcome) {
            case SocketRoute.Refuse refuse -> exit.send(request, refuse.reply(), true);
            case SocketRoute.Open open -> {
                Context loop = context;
                request.toWebSocket()
                        .onSuccess(raw -> {
                            if (!raw.isClosed()) {
                                int most = config.socketBuffer();
                                open.opened().accept(new Socket(vertx, loop, raw, most));
                            }
                        })
                        // The framework has answered a handshake that is none.
                        .onFailure(bad -> request.connection().close());
            }
        }
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

    private void device(HttpServerRequest raw, Request request, DeviceRoute route) {
        DeviceRoute.Outcome outcome;
        try {
            outcome = route.handler().apply(request);
        } catch (RuntimeException e) {
            outcome = new DeviceRoute.Now(failed(raw, e));
        }
        switch (outcome) {
            case DeviceRoute.Now now -> exit.send(raw, now.reply(), draining.getAsBoolean());
            case DeviceRoute.Later later -> {
                Context loop = context;
                threads.execute(() -> {
                    Reply reply = run(raw, later);
                    boolean last = draining.getAsBoolean();
                    loop.runOnContext(go -> exit.send(raw, reply, last));
                });
            }
        }
    }

    private static Reply run(HttpServerRequest raw, DeviceRoute.Later later) {
        try {
            return later.work().get();
        } catch (RuntimeException e) {
            return failed(raw, e);
        }
    }

    private static Reply failed(HttpServerRequest raw, RuntimeException e) {
        LOG.error("{} {}", raw.method(), raw.path(), e);
        return Reply.error(500, "Internal server error", null);
    }

    // Bad request lines and headers: answered like everything else, not by the framework.
    private void invalid(HttpServerRequest request) {
        var result = request.decoderResult();
        Throwable cause = result == null ? null : result.cause();
        String name = cause == null ? "" : cause.getClass().getSimpleName();
        int status = name.contains("TooLongHttpLine") ? 414 : name.contains("TooLong") ? 431 : 400;
        exit.send(request, Reply.error(status, "Invalid HTTP request", null), true);
    }

    private void dropSlow() {
        long oldest = System.nanoTime() - BODY_WAIT.toNanos();
        Waiting head;
        while ((head = waiting.after) != waiting && head.since - oldest < 0) {
            head.leave();
            HttpServerRequest slow = head.request;
            if (slow != null) {
                slow.connection().close();
            }
        }
    }

    void shutdown(Duration grace) {
        HttpServer current = server;
        if (current != null && shutdown == null) {
            shutdown = current.shutdown(grace.toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    void awaitShutdown(Duration limit) {
        Future<Void> running = shutdown;
        if (running != null) {
            try {
                var stage = running.toCompletionStage().toCompletableFuture();
                stage.get(limit.toMillis(), TimeUnit.MILLISECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } catch (java.util.concurrent.ExecutionException
                    | java.util.concurrent.TimeoutException e) {
                LOG.warn("connections were cut at the end of the grace: {}", e.toString());
            }
        }
    }

    static Peer peer(HttpConfig config, HttpServerRequest request) {
        SocketAddress remote = request.remoteAddress();
        return Peer.of(
                config,
                remote == null ? null : remote.hostAddress(),
                request.getHeader(HeaderNames.HOST),
                request.getHeader(HeaderNames.FORWARDED_FOR),
                request.getHeader(HeaderNames.FORWARDED_PROTO),
                request.getHeader(HeaderNames.FORWARDED_HOST),
                request.getHeader(HeaderNames.FORWARDED) != null
                        || request.getHeader(HeaderNames.REAL_IP) != null
                        || request.getHeader(HeaderNames.VIA) != null);
    }
}
