package io.slipway.http.edge;

import io.slipway.http.HeaderNames;
import io.slipway.http.HttpConfig;
import io.slipway.http.Peer;
import io.slipway.http.Subpath;
import io.slipway.http.TlsConfig;
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
import io.slipway.http.vertx.TlsLayer;
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
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One event loop's share of the HTTP server: devices, downloads and the web UI by map, everything
 * else by the router.
 */
public final class EdgeServer extends VerticleBase {

    private static final Logger LOG = LoggerFactory.getLogger(EdgeServer.class);

    /** For whatever watches the server, which may know its port only. */
    private static final String HEALTH = "/health";

    // What may stand in a URL: a name or address, and a port.
    private static final Pattern CALLED =
            Pattern.compile("(?:[A-Za-z0-9._-]{1,253}|\\[[0-9A-Fa-f:.]{2,45}])(?::[0-9]{1,5})?");

    private static final Reply INVALID = Reply.error(400, "Invalid HTTP request", null);

    /** By the settings, of devices that use plain HTTP. */
    private static final Reply SECURE_ONLY =
            Reply.error(403, "HTTPS only", "use an address that begins with https://");

    /** For devices with a mistyped OTA address. */
    static final Reply NO_SUCH_PATH = Reply.error(404, "No such path", "check the OTA address");

    /** The names of random ports: one for each port of a loop. */
    private static final int PLAIN = 1;

    private static final int SECURE = 2;

    private static final Duration COMPLAINTS = Duration.ofMinutes(1);

    private final HttpConfig config;
    private final @Nullable Encryption encryption;
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
    private @Nullable HttpServer secure;
    private volatile boolean listening;
    private @Nullable Long complained;
    private volatile @Nullable Future<Void> shutdown;

    /**
     * @param config its settings
     * @param context for connections that begin now
     * @param work computes parts of handshakes
     */
    record Encryption(TlsConfig config, Supplier<SSLContext> context, Executor work) {}

    EdgeServer(
            HttpConfig config,
            @Nullable Encryption encryption,
            DevicePaths devicePaths,
            FileServer files,
            io.vertx.ext.web.Router router,
            DeviceExit exit,
            ConsoleExit console,
            ExecutorService threads,
            BooleanSupplier draining,
            LoopConnections connections) {
        this.config = config;
        this.encryption = encryption;
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
        var entry = new DeviceEntry(config, context, exit, threads, draining);
        var handshakes = new Handshakes(config, vertx, context, exit, threads, draining);
        vertx.setPeriodic(LoopConnections.PERIOD.toMillis(), id -> connections.tick());
        HttpServer created = created(config.port(), null, entry, handshakes);
        server = created;
        Encryption here = encryption;
        if (here == null) {
            return listen(created, config.port(), PLAIN);
        }
        HttpServer second = created(here.config().port(), here, entry, handshakes);
        secure = second;
        return listen(created, config.port(), PLAIN)
                .onSuccess(plain -> listening = true)
                .compose(plain -> listen(second, here.config().port(), SECURE));
    }

    private HttpServer created(
            int port, @Nullable Encryption encrypted, DeviceEntry entry, Handshakes handshakes) {
        return vertx.createHttpServer(options(config, port))
                .requestHandler(request -> request(request, entry, handshakes))
                .invalidRequestHandler(this::invalid)
                .connectionHandler(connection -> connected(connection, encrypted));
    }

    // Loops share a fixed port; with port 0 each would get its own.
    private Future<HttpServer> listen(HttpServer created, int port, int random) {
        return port == 0
                ? created.listen(SocketAddress.sharedRandomPort(random, config.host()))
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

    /** Whether it got the port for plain HTTP. */
    boolean listens() {
        return listening;
    }

    /** The port for HTTPS; 0 without. */
    int securePort() {
        HttpServer current = secure;
        return current == null ? 0 : current.actualPort();
    }

    private void connected(HttpConnection connection, @Nullable Encryption encrypted) {
        FramingCheck.join(connection);
        connections.opened(connection, encrypted != null);
        if (encrypted != null) {
            TlsLayer.join(connection, encrypted.context().get(), encrypted.work());
        }
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
        } else if (plain(request) && !path.startsWith(HEALTH)) {
            if (fromDevice) {
                exit.send(request, NO_SUCH_PATH, true);
            } else {
                secured(request, path);
            }
        } else if (fromDevice || !console.page(request, path)) {
            router.handle(request);
        }
    }

    /** Whether there is HTTPS and a request has not used it. */
    private boolean plain(HttpServerRequest request) {
        return encryption != null && !Peer.secure(config, request);
    }

    // To where browsers find a certificate for the name, else to the name that was called.
    private void secured(HttpServerRequest request, String path) {
        String query = request.query();
        String target = path + (query == null ? "" : "?" + query);
        String set = config.publicUrl();
        String called = request.getHeader("Host");
        if (set.startsWith("https:")) {
            console.elsewhere(request, set + target);
        } else if (called != null && CALLED.matcher(called).matches()) {
            String host = called.replaceFirst(":[0-9]+$", "");
            int port = securePort();
            String base = "https://" + host + (port == 443 ? "" : ":" + port);
            console.elsewhere(request, base + subpath.path() + target);
        } else {
            console.unrouted(request, 400);
        }
    }

    private boolean device(
            HttpServerRequest request, String path, DeviceEntry entry, Handshakes handshakes) {
        if (!config.plainDevices() && devicePaths.include(path) && plain(request)) {
            exit.send(request, SECURE_ONLY, true);
            return true;
        }
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
        HttpServer second = secure;
        if (current != null && shutdown == null) {
            Future<Void> first = current.shutdown(grace.toMillis(), TimeUnit.MILLISECONDS);
            shutdown =
                    second == null
                            ? first
                            : Future.join(
                                            first,
                                            second.shutdown(
                                                    grace.toMillis(), TimeUnit.MILLISECONDS))
                                    .mapEmpty();
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
