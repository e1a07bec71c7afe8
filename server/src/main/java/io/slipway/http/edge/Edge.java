package io.slipway.http.edge;

import io.slipway.http.DateHeader;
import io.slipway.http.HeaderNames;
import io.slipway.http.HttpConfig;
import io.slipway.http.ListedRoute;
import io.slipway.http.Peer;
import io.slipway.http.Problem;
import io.slipway.http.Request;
import io.slipway.http.Response;
import io.slipway.http.RouteScope;
import io.slipway.http.TlsConfig;
import io.slipway.http.WebClient;
import io.slipway.http.certificate.CertificateFiles;
import io.slipway.http.certificate.UnusableCertificate;
import io.slipway.http.console.ConsoleExit;
import io.slipway.http.console.EventFeed;
import io.slipway.http.console.UiFiles;
import io.slipway.http.device.DeviceExit;
import io.slipway.http.device.DeviceRoute;
import io.slipway.http.file.DownloadRoute;
import io.slipway.http.file.FileServer;
import io.slipway.http.file.TransferTimeouts;
import io.slipway.http.file.UploadRoute;
import io.slipway.http.file.Uploads;
import io.slipway.http.governor.BodyReader;
import io.slipway.http.governor.EdgeLimit;
import io.slipway.http.governor.EdgeLimits;
import io.slipway.http.governor.Governor;
import io.slipway.http.socket.SocketClient;
import io.slipway.http.socket.SocketRoute;
import io.slipway.http.stream.StreamingClient;
import io.slipway.http.vertx.ProxyPreamble;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.ThreadingModel;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.file.FileSystemOptions;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.Router;
import java.net.BindException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The HTTP server of both planes. Routes are registered before {@link #start}; afterwards
 * everything is thread-safe.
 */
public final class Edge implements AutoCloseable {

    /** The default limit of a console body, in bytes. */
    public static final int CONSOLE_BODY = 256 * 1024;

    /** What a small JSON body takes in memory, in times of its size, until it is answered. */
    private static final int TREE_TIMES = 8;

    private static final byte[] NO_BODY = new byte[0];

    private static final Duration START = Duration.ofSeconds(30);

    /** For feeds: proxies close connections that are silent for a minute. */
    private static final Duration HEARTBEAT = Duration.ofSeconds(20);

    /** For the listeners of downloads. */
    private static final Duration WATCHERS = Duration.ofSeconds(5);

    private final HttpConfig config;
    private final Vertx vertx;
    private final Router router;
    private final DevicePaths devicePaths = new DevicePaths();
    private final List<ListedRoute> routes = new ArrayList<>();
    private final List<Class<?>> views = new ArrayList<>();
    private final ExecutorService threads =
            Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("request-", 0).factory());
    private final DeviceExit exit;
    private final ConsoleExit console;
    private final FileServer files;
    private final Uploads uploads;
    private final Governor governor;
    private final @Nullable CertificateFiles certificate;
    private final ExecutorService handshakes = handshakes();
    private volatile @Nullable EdgeServer[] servers = new EdgeServer[0];
    private volatile Function<Request, String> authenticator = request -> "";
    private volatile boolean draining;
    private volatile boolean closed;

    /**
     * @param faults turns what a handler threw, other than a {@link Problem}, into one; null for
     *     unknown exceptions
     * @throws IllegalStateException if there should be a certificate and it can't be used
     */
    public Edge(
            HttpConfig config,
            InstantSource clock,
            Function<RuntimeException, @Nullable Problem> faults) {
        this(
                config,
                clock,
                faults,
                TransferTimeouts.USUAL,
                EdgeLimits.here(config.connections(), config.idleTimeout(), config.tls() != null));
    }

    /** With other limits than those of this machine. */
    public Edge(
            HttpConfig config,
            InstantSource clock,
            Function<RuntimeException, @Nullable Problem> faults,
            TransferTimeouts timeouts,
            EdgeLimits limits) {
        this.governor = new Governor(limits);
        this.config = config;
        this.certificate = certificate(config, clock);
        this.vertx = vertx();
        this.router = Router.router(vertx);
        var date = new DateHeader(clock);
        this.exit = new DeviceExit(date);
        this.console =
                new ConsoleExit(date, threads, faults, limits.pace().silence(), config.subpath());
        this.files = new FileServer(exit, date, clock, timeouts, threads, () -> draining);
        this.uploads = new Uploads(console, timeouts, governor);
    }

    private static @Nullable CertificateFiles certificate(HttpConfig config, InstantSource clock) {
        TlsConfig tls = config.tls();
        try {
            return tls == null ? null : CertificateFiles.open(tls, config.publicUrl(), clock);
        } catch (UnusableCertificate e) {
            throw new IllegalStateException(e.why().en() + " / " + e.why().zh(), e);
        }
    }

    // Whoever begins many must not take all that the sessions and check-ins of others need.
    private static ExecutorService handshakes() {
        int threads = Math.max(1, Runtime.getRuntime().availableProcessors() / 2);
        return Executors.newFixedThreadPool(
                threads, Thread.ofPlatform().name("handshakes-", 0).daemon().factory());
    }

    /** The files of the certificate for HTTPS; empty without. */
    public Optional<CertificateFiles> certificate() {
        return Optional.ofNullable(certificate);
    }

    /** The event loops, one per core. */
    public static Vertx vertx() {
        return Vertx.vertx(
                new VertxOptions()
                        // Files are served without it, and it would write to the temporary folder.
                        .setFileSystemOptions(
                                new FileSystemOptions()
                                        .setClassPathResolvingEnabled(false)
                                        .setFileCachingEnabled(false))
                        .setPreferNativeTransport(true)
                        .setEventLoopPoolSize(Runtime.getRuntime().availableProcessors()));
    }

    /**
     * Sets what decides about a request before its body is read: it gets the head, returns the
     * caller's account, and throws a {@link Problem} for callers without one. Runs on a virtual
     * thread.
     */
    public void authenticateBy(Function<Request, String> newAuthenticator) {
        authenticator = newAuthenticator;
    }

    /** Registers a path of the device plane, with and without a trailing slash. */
    public void device(String path, DeviceRoute route) {
        devicePaths.add(path, route);
        routes.add(new ListedRoute(ListedRoute.RouteKind.DEVICE, "*", path));
    }

    /** Registers a path for WebSockets, with and without a trailing slash. */
    public void socket(String path, SocketRoute route) {
        devicePaths.add(path, route);
        routes.add(new ListedRoute(ListedRoute.RouteKind.SOCKET, "GET", path));
    }

    /** Registers files of the device plane: GET and HEAD of every path with that prefix. */
    public void download(String prefix, DownloadRoute route) {
        files.add(prefix, route);
        devicePaths.addFiles(prefix);
        routes.add(new ListedRoute(ListedRoute.RouteKind.DOWNLOAD, "GET", prefix));
        routes.add(new ListedRoute(ListedRoute.RouteKind.DOWNLOAD, "HEAD", prefix));
    }

    /** What clients may use, and what they were refused. */
    public Governor governor() {
        return governor;
    }

    /** Downloads in progress on this node. */
    public int downloads() {
        return files.running();
    }

    /** Bytes of files that this node sends per second, over the last seconds. */
    public long downloadRate() {
        return files.bytesPerSecond();
    }

    /**
     * Registers a console route for file uploads.
     *
     * @param scope what it needs of its caller
     * @param template contains {@code {names}}
     * @param maxBytes of the file; a larger one is refused with 413
     * @param folder for incoming files, created if absent; leftovers of an earlier process are
     *     deleted. Must be on the file system of their destination, if they are to be moved
     */
    public void upload(
            RouteScope scope,
            String method,
            String template,
            long maxBytes,
            Path folder,
            UploadRoute route) {
        uploads.prepare(folder);
        routes.add(new ListedRoute(ListedRoute.RouteKind.CONSOLE, method, template, scope));
        router.route(HttpMethod.valueOf(method), pattern(template))
                .handler(context -> {
                    var raw = context.request();
                    Map<String, String> path = Map.copyOf(context.pathParams());
                    Peer peer = Peer.of(config, raw, ProxyPreamble.of(raw));
                    var head = new Request(raw, path, new byte[0], peer, scope);
                    uploads.handle(raw, head, authenticator, maxBytes, folder, route);
                });
    }

    /** Serves a web UI, if there is one, instead of the default response to {@code GET /}. */
    public void pages(UiFiles pages) {
        console.pages(pages);
    }

    /** For WebSockets to other servers. */
    public SocketClient socketClient() {
        return new SocketClient(vertx, governor);
    }

    /** For requests to other servers. */
    public WebClient webClient() {
        return new WebClient(vertx);
    }

    /** For requests to other servers whose answers arrive in pieces. */
    public StreamingClient streamingClient() {
        return new StreamingClient(vertx);
    }

    /**
     * Registers a console route.
     *
     * @param scope what it needs of its caller
     * @param template contains {@code {names}}
     */
    public void route(
            RouteScope scope, String method, String template, Function<Request, Response> handler) {
        route(scope, method, template, CONSOLE_BODY, handler);
    }

    /**
     * As above.
     *
     * @param maxBody bytes; a larger body is refused with 413
     */
    public void route(
            RouteScope scope,
            String method,
            String template,
            int maxBody,
            Function<Request, Response> handler) {
        route(scope, method, template, maxBody, PackedBodies.NONE, handler);
    }

    /**
     * As above, for bodies that may be packed: the memory of large ones is shared by the size that
     * they inflate to.
     */
    public void route(
            RouteScope scope,
            String method,
            String template,
            int maxBody,
            PackedBodies packed,
            Function<Request, Response> handler) {
        routes.add(new ListedRoute(ListedRoute.RouteKind.CONSOLE, method, template, scope));
        router.route(HttpMethod.valueOf(method), pattern(template))
                .handler(context -> {
                    var request = context.request();
                    Map<String, String> path = Map.copyOf(context.pathParams());
                    Peer peer = Peer.of(config, request, ProxyPreamble.of(request));
                    var head = new Request(request, path, NO_BODY, peer, scope);
                    var console = new ConsoleCall(head, maxBody, packed, handler);
                    if (scope == RouteScope.OPEN || !hasBody(request)) {
                        read(request, console, "");
                    } else {
                        // Nothing of a body is read for somebody unknown.
                        request.pause();
                        this.console.check(
                                request,
                                head,
                                authenticator,
                                account -> {
                                    read(request, console, account);
                                    request.resume();
                                });
                    }
                });
    }

    private record ConsoleCall(
            Request head, int maxBody, PackedBodies packed, Function<Request, Response> handler) {}

    private static boolean hasBody(HttpServerRequest request) {
        String length = request.getHeader(HeaderNames.CONTENT_LENGTH);
        return length == null
                ? request.getHeader("Transfer-Encoding") != null
                : !length.equals("0");
    }

    private void read(HttpServerRequest request, ConsoleCall call, String account) {
        boolean open = call.head.scope() == RouteScope.OPEN;
        int max = open ? Math.min(call.maxBody, EdgeLimits.OPEN_BODY) : call.maxBody;
        boolean large = max > CONSOLE_BODY;
        Peer peer = call.head.peer();
        var budget =
                governor.console(
                        peer.hidden() ? "" : peer.address(), account, large ? 1 : TREE_TIMES);
        BodyReader.read(
                request,
                max,
                budget,
                body -> {
                    boolean huge = body.length > CONSOLE_BODY;
                    var handler = large ? sized(account, call) : call.handler;
                    // Handled at once, like any other small one.
                    EdgeLimit exceeded =
                            large && !huge ? budget.take(body.length * (TREE_TIMES - 1)) : null;
                    if (exceeded == null) {
                        console.handle(request, call.head.with(body), handler, budget);
                    } else {
                        budget.close();
                        governor.count(exceeded);
                        console.refused(request, exceeded, max);
                    }
                },
                why -> console.refused(request, why, max));
    }

    private Function<Request, Response> sized(String account, ConsoleCall call) {
        return request -> {
            byte[] body = request.body();
            return body.length > CONSOLE_BODY || call.packed.include(body)
                    ? alone(account, call, request)
                    : call.handler.apply(request);
        };
    }

    // With as many other large ones as there is room for.
    private Response alone(String account, ConsoleCall call, Request request) {
        var large = governor.large();
        byte[] body = request.body();
        int size = body.length;
        try {
            admitted(large.enter(account, size), size);
            boolean in = true;
            try {
                if (call.packed.include(body)) {
                    // Counting takes a while: nobody makes the server count more than one at a
                    // time.
                    int inflated = call.packed.size(body);
                    in = false;
                    admitted(large.grow(account, size, inflated), inflated);
                    in = true;
                    size = inflated;
                }
                return call.handler.apply(request);
            } finally {
                if (in) {
                    large.leave(account, size);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw Problem.stopping();
        }
    }

    private void admitted(@Nullable EdgeLimit busy, int bytes) {
        if (busy != null) {
            governor.count(busy);
            throw ConsoleExit.problem(busy, bytes);
        }
    }

    /** The registered routes, in order; the API document is checked against them. */
    public List<ListedRoute> routes() {
        return List.copyOf(routes);
    }

    /** Registers views; the schemas of the API document are derived from them. */
    public void views(Class<?>... types) {
        views.addAll(List.of(types));
    }

    /** The registered views, in that order. */
    public List<Class<?>> views() {
        return List.copyOf(views);
    }

    /** Adds a console route whose answer lasts as long as the page is open. */
    public void events(RouteScope scope, String template, Function<Request, EventFeed> open) {
        // Often enough that the connection never counts as idle.
        Duration third = config.idleTimeout().dividedBy(3);
        Duration beat = third.compareTo(HEARTBEAT) < 0 ? third : HEARTBEAT;
        route(
                scope,
                "GET",
                template,
                request -> {
                    if (draining) {
                        throw Problem.stopping();
                    }
                    return open.apply(request).response(beat);
                });
    }

    private static String pattern(String template) {
        return template.replaceAll("\\{(\\w+)}", ":$1");
    }

    // A device with a mistyped OTA address: it could not read the console's answer.
    private void unrouted(HttpServerRequest request, int status) {
        if (request.getHeader(HeaderNames.DEVICE_ID) == null) {
            console.unrouted(request, status);
        } else {
            exit.send(request, EdgeServer.NO_SUCH_PATH, true);
        }
    }

    /** The port on which it listens, once started. */
    public int port() {
        return servers.length == 0 ? config.port() : servers[0].port();
    }

    /** The port for HTTPS, once started; 0 without. */
    public int securePort() {
        return servers.length == 0 ? 0 : servers[0].securePort();
    }

    private Router belowItsPath() {
        String below = config.subpath().path();
        if (below.isEmpty()) {
            return router;
        }
        Router top = Router.router(vertx);
        top.route(below + "/*").subRouter(router);
        top.route("/*").subRouter(router);
        return top;
    }

    /** Starts listening; returns the port. */
    public int start() {
        certificate().ifPresent(CertificateFiles::look);
        Router top = belowItsPath();
        for (int status : new int[] {400, 404, 405, 406, 413, 415, 500}) {
            top.errorHandler(status, context -> unrouted(context.request(), status));
        }
        int loops = Runtime.getRuntime().availableProcessors();
        var started = new EdgeServer[loops];
        int port = 0;
        for (int i = 0; i < loops; i++) {
            var server =
                    new EdgeServer(
                            config,
                            encryption(),
                            devicePaths,
                            files,
                            top,
                            exit,
                            console,
                            threads,
                            () -> draining,
                            governor.loop(loops));
            var options = new DeploymentOptions().setThreadingModel(ThreadingModel.EVENT_LOOP);
            deploy(server, options);
            started[i] = server;
            port = server.port();
        }
        servers = started;
        return port;
    }

    private EdgeServer.@Nullable Encryption encryption() {
        CertificateFiles files = certificate;
        TlsConfig tls = config.tls();
        return files == null || tls == null
                ? null
                : new EdgeServer.Encryption(tls, () -> files.current().context(), handshakes);
    }

    private void deploy(EdgeServer server, DeploymentOptions options) {
        try {
            await(vertx.deployVerticle(server, options), START);
        } catch (IllegalStateException e) {
            if (!(e.getCause() instanceof ExecutionException failed)
                    || !(failed.getCause() instanceof BindException why)) {
                throw e;
            }
            TlsConfig tls = config.tls();
            boolean secure = server.listens();
            int port = secure && tls != null ? tls.port() : config.port();
            String setting = secure ? "tls.port" : "http.port";
            String where = config.host() + ":" + port;
            boolean taken = String.valueOf(why.getMessage()).contains("in use");
            String text =
                    taken
                            ? "another program listens on "
                                    + where
                                    + ": end it, or set another "
                                    + setting
                                    + " / 端口 "
                                    + port
                                    + " 已被其他程序占用：请结束那个程序，或改用别的 "
                                    + setting
                            : "can't listen on "
                                    + where
                                    + " (http.host, "
                                    + setting
                                    + ") / 无法监听："
                                    + why.getMessage();
            throw new IllegalStateException(text, e);
        }
    }

    /**
     * Stops listening, lets running requests and downloads end within {@code grace}, then closes
     * the remaining connections.
     */
    public void drain(Duration grace) {
        draining = true;
        console.endFeeds();
        for (EdgeServer server : servers) {
            if (server != null) {
                server.shutdown(grace);
            }
        }
        for (EdgeServer server : servers) {
            if (server != null) {
                server.awaitShutdown(grace.plusSeconds(5));
            }
        }
        files.await(WATCHERS);
    }

    /** Whether {@link #drain} was called. */
    public boolean draining() {
        return draining;
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        drain(Duration.ZERO);
        threads.shutdownNow();
        await(vertx.close(), START);
        handshakes.shutdownNow();
    }

    private static void await(io.vertx.core.Future<?> future, Duration limit) {
        try {
            future.toCompletionStage()
                    .toCompletableFuture()
                    .get(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            Throwable cause = e.getCause();
            throw new IllegalStateException(cause == null ? e.toString() : cause.getMessage(), e);
        } catch (TimeoutException e) {
            throw new IllegalStateException("the HTTP server took over " + limit, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
