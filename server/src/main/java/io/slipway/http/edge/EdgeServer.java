package io.slipway.http.edge;

import io.slipway.http.HeaderNames;
import io.slipway.http.HttpConfig;
import io.slipway.http.Subpath;
import io.slipway.http.console.ConsoleExit;
import io.slipway.http.device.DeviceEntry;
import io.slipway.http.device.DeviceExit;
import io.slipway.http.device.DeviceRoute;
import io.slipway.http.file.FileServer;
import io.slipway.http.governor.LoopConnections;
import io.slipway.http.socket.Handshakes;
import io.slipway.http.socket.SocketRoute;
import io.slipway.http.vertx.FramingCheck;
import io.slipway.http.vertx.ProxyPreamble;
import io.slipway.protocol.ota.Reply;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.SocketAddress;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One event loop's share of the HTTP server: devices, downloads and the web UI by map, everything
 * else by the router.
 */
public final class EdgeServer extends VerticleBase {

    private static final Logger LOG = LoggerFactory.getLogger(EdgeServer.class);

    private static final Reply INVALID = Reply.error(400, "Invalid HTTP request", null);

    /** For devices with a mistyped OTA address. */
    static final Reply NO_SUCH_PATH = Reply.error(404, "No such path", "check the OTA address");

    private static final Duration COMPLAINTS = Duration.ofMinutes(1);

    private final HttpConfig config;
    private final int wantedPort;
    private final DevicePaths devicePaths;
    private final FileServer files;
    private final io.vertx.ext.web.Router router;
    private final DeviceExit exit;
    private final ConsoleExit console;
    private final ExecutorService threads;
    private final BooleanSupplier draining;
    private final LoopConnections connections;
    private final Subpath subpath;
    private @Nullable HttpServer server;
    private @Nullable Long complained;
    private volatile @Nullable Future<Void> shutdown;

    EdgeServer(
            HttpConfig config,
            int wantedPort,
            DevicePaths devicePaths,
            FileServer files,
            io.vertx.ext.web.Router router,
            DeviceExit exit,
            ConsoleExit console,
            ExecutorService threads,
            BooleanSupplier draining,
            LoopConnections connections) {
        this.config = config;
        this.wantedPort = wantedPort;
        this.devicePaths = devicePaths;
        this.files = files;
        this.router = router;
        this.exit = exit;
        this.console = console;
        this.threads = threads;
        this.draining = draining;
        this.connections = connections;
        this.subpath = config.subpath();
    }

    @Override
    public Future<?> start() {
        HttpServer created = vertx.createHttpServer(options(config, wantedPort));
        server = created;
        var entry = new DeviceEntry(config, context, exit, threads, draining);
        var handshakes = new Handshakes(config, vertx, context, exit, threads, draining);
        created.requestHandler(request -> request(request, entry, handshakes));
        created.invalidRequestHandler(this::invalid);
        created.connectionHandler(this::connected);
        vertx.setPeriodic(LoopConnections.PERIOD.toMillis(), id -> connections.tick());
        // Loops share a fixed port; with port 0 each would get its own.
        return wantedPort == 0
                ? created.listen(SocketAddress.sharedRandomPort(1, config.host()))
                : created.listen();
    }

    /** The options with which every loop listens. */
    public static HttpServerOptions options(HttpConfig config, int port) {
        return new HttpServerOptions()
                .setHost(config.host())
                .setPort(port)
                .setReuseAddress(true)
                .setAcceptBacklog(4096)
                // A 101 or a second protocol on this port would be new to devices; and a proxy's
                // preamble could not be read before it.
                .setHttp2ClearTextEnabled(false)
                .setCompressionSupported(false)
                .setHandle100ContinueAutomatically(false)
                .setMaxInitialLineLength(4096)
                .setMaxHeaderSize(16 * 1024)
                .setTcpKeepAlive(true)
                .setMaxWebSocketFrameSize(64 * 1024)
                .setPerMessageWebSocketCompressionSupported(false)
                .setPerFrameWebSocketCompressionSupported(false);
    }

    int port() {
        HttpServer current = server;
        return current == null ? 0 : current.actualPort();
    }

    private void connected(HttpConnection connection) {
        FramingCheck.join(connection);
        connections.opened(connection);
        if (config.trustedProxies().isEmpty()) {
            return;
        }
        SocketAddress peer = connection.remoteAddress(true);
        String address = peer == null ? null : peer.hostAddress();
        if (address != null && config.isProxy(address)) {
            ProxyPreamble.await(connection, why -> complain(address, why));
        }
    }

    // Limited, because a misconfigured proxy causes this with each connection.
    private void complain(String proxy, String why) {
        long now = System.nanoTime();
        Long before = complained;
        if (before == null || now - before >= COMPLAINTS.toNanos()) {
            complained = now;
            LOG.warn(
                    "the PROXY protocol preamble of the proxy at {} can't be read: {}"
                            + " (logged once a minute)",
                    proxy,
                    why);
        }
    }

    private void request(HttpServerRequest request, DeviceEntry entry, Handshakes handshakes) {
        request.exceptionHandler(fault -> broken(request, fault));
        request.response().exceptionHandler(broken -> {});
        String path = subpath.cutOff(request.path());
        if (device(request, path, entry, handshakes)) {
            return;
        }
        // Its first slash may be doubled, too: the path that the server is below is cut off later.
        String merged = Paths.single(request.path());
        String single = merged == null ? null : subpath.cutOff(merged);
        if (single != null && device(request, single, entry, handshakes)) {
            return;
        }
        boolean fromDevice = request.getHeader(HeaderNames.DEVICE_ID) != null;
        boolean ambiguous = Paths.ambiguous(path);
        if (devicePaths.include(single == null ? path : single) || (ambiguous && fromDevice)) {
            exit.send(request, NO_SUCH_PATH, true);
        } else if (ambiguous) {
            console.unrouted(request, 400);
        } else if (fromDevice || !console.page(request, path)) {
            router.handle(request);
        }
    }

    private boolean device(
            HttpServerRequest request, String path, DeviceEntry entry, Handshakes handshakes) {
        if (HttpMethod.OPTIONS.equals(request.method()) && devicePaths.include(path)) {
            exit.options(request);
            return true;
        }
        DeviceRoute route = devicePaths.device(path);
        if (route != null) {
            entry.handle(request, route);
            return true;
        }
        SocketRoute socket = devicePaths.socket(path);
        if (socket != null) {
            handshakes.handle(request, socket);
            return true;
        }
        return files.handle(request, path, config);
    }

    // The rest of the body can't be read: answered, unless something else already was.
    private void broken(HttpServerRequest request, Throwable fault) {
        var response = request.response();
        if (!(fault instanceof FramingCheck.BrokenBody) || response.ended()) {
            return;
        }
        if (response.headWritten()) {
            request.connection().close();
        } else {
            exit.send(request, INVALID, true);
        }
    }

    // Malformed request lines and headers: answered like everything else, not by the framework.
    private void invalid(HttpServerRequest request) {
        var result = request.decoderResult();
        Throwable cause = result == null ? null : result.cause();
        String name = cause == null ? "" : cause.getClass().getSimpleName();
        int status = name.contains("TooLongHttpLine") ? 414 : name.contains("TooLong") ? 431 : 400;
        exit.send(request, Reply.error(status, "Invalid HTTP request", null), true);
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
                LOG.warn(
                        "connections were closed at the end of the grace period: {}", e.toString());
            }
        }
    }
}
