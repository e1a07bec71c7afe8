package io.slipway.http.file;

import io.slipway.http.Connections;
import io.slipway.http.DateHeader;
import io.slipway.http.HttpConfig;
import io.slipway.http.Peer;
import io.slipway.http.Request;
import io.slipway.http.device.Browsers;
import io.slipway.http.device.DeviceExit;
import io.slipway.http.file.DownloadRoute.TransferEnd;
import io.slipway.http.governor.OpenConnection;
import io.slipway.http.vertx.ProxyPreamble;
import io.slipway.protocol.ota.Reply;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The download routes of a node, from the request to the first byte; FileSending does the rest. */
public final class FileServer {

    private static final Logger LOG = LoggerFactory.getLogger(FileServer.class);

    private static final Reply METHOD = Reply.error(405, "GET only", null);
    private static final Reply FAILED = Reply.error(500, "Internal server error", null);

    private final DeviceExit exit;
    private final DateHeader date;
    private final ExecutorService threads;
    private final BooleanSupplier draining;
    private final Map<String, DownloadRoute> routes = new HashMap<>();
    private final AtomicInteger running = new AtomicInteger();
    private final Object ends = new Object();
    private int open;

    final InstantSource clock;
    final TransferTimeouts timeouts;
    final Meter meter = new Meter();

    public FileServer(
            DeviceExit exit,
            DateHeader date,
            InstantSource clock,
            TransferTimeouts timeouts,
            ExecutorService threads,
            BooleanSupplier draining) {
        this.exit = exit;
        this.date = date;
        this.clock = clock;
        this.timeouts = timeouts;
        this.threads = threads;
        this.draining = draining;
    }

    public void add(String prefix, DownloadRoute route) {
        routes.put(prefix, route);
    }

    public int running() {
        return running.get();
    }

    /** Bytes of files per second, over the last seconds. */
    public long bytesPerSecond() {
        return meter.perSecond();
    }

    boolean draining() {
        return draining.getAsBoolean();
    }

    /**
     * On the event loop of the request; false if the path has none of the prefixes.
     *
     * @param at the path of the request, without repeated slashes
     */
    public boolean handle(HttpServerRequest raw, String at, HttpConfig config) {
        for (var route : routes.entrySet()) {
            String prefix = route.getKey();
            if (at.startsWith(prefix)) {
                var path = Map.of("rest", at.substring(prefix.length()));
                var peer = Peer.of(config, raw, ProxyPreamble.of(raw));
                ask(raw, new Request(raw, path, new byte[0], peer), route.getValue());
                return true;
            }
        }
        return false;
    }

    private void ask(HttpServerRequest raw, Request request, DownloadRoute route) {
        if (!HttpMethod.GET.equals(raw.method()) && !HttpMethod.HEAD.equals(raw.method())) {
            exit.send(raw, METHOD, true);
            return;
        }
        var call =
                new FileRequest(raw, request, Vertx.currentContext(), new FileSending(this, raw));
        count(1);
        threads.execute(() -> {
            boolean sending = false;
            try {
                sending = decide(call, route);
            } catch (RuntimeException e) {
                LOG.error("{} {}", raw.method(), raw.path(), e);
                answer(call, FAILED);
            } finally {
                if (!sending) {
                    count(-1);
                }
            }
        });
    }

    private record FileRequest(
            HttpServerRequest raw, Request request, Context loop, FileSending sending) {}

    /** Whether a file is being sent now. */
    private boolean decide(FileRequest call, DownloadRoute route) {
        return switch (route.handler().apply(call.request)) {
            case DownloadRoute.RefuseDownload refuse -> {
                answer(call, refuse.reply());
                yield false;
            }
            case DownloadRoute.ServeFile serve -> serve(call, serve);
        };
    }

    private boolean serve(FileRequest call, DownloadRoute.ServeFile serve) {
        Request request = call.request;
        boolean whole = DownloadRoute.whole(request);
        DownloadRoute.TransferListener listener = whole ? serve.listener() : (bytes, end, at) -> {};
        var part =
                FilePart.of(
                        serve.size(),
                        serve.etag(),
                        // Only a GET has ranges.
                        request.method().equals("GET") ? request.header("Range") : null,
                        request.header("If-Range"),
                        request.header("If-None-Match"));
        if (request.method().equals("HEAD") || part.length() == 0) {
            call.loop.runOnContext(go -> bare(call, serve, part));
            return false;
        }
        FileChannel file = open(serve);
        if (file == null) {
            answer(call, FAILED);
            tell(listener, 0, TransferEnd.CUT_BY_US, clock.millis());
            return false;
        }
        try {
            call.loop.runOnContext(go -> {
                running.incrementAndGet();
                call.sending.start(file, part, listener, () -> head(call, serve, part));
            });
            return true;
        } catch (RejectedExecutionException closing) {
            close(file);
            tell(listener, 0, TransferEnd.CUT_BY_US, clock.millis());
            return false;
        }
    }

    private static @Nullable FileChannel open(DownloadRoute.ServeFile serve) {
        FileChannel file = null;
        try {
            file = FileChannel.open(serve.file(), StandardOpenOption.READ);
            if (file.size() >= serve.size()) {
                return file;
            }
            LOG.error("{} has {} bytes instead of {}", serve.file(), file.size(), serve.size());
        } catch (IOException e) {
            LOG.error("{} can't be read: {}", serve.file(), e.toString());
        }
        if (file != null) {
            close(file);
        }
        return null;
    }

    private static void close(FileChannel file) {
        try {
            file.close();
        } catch (IOException e) {
            LOG.warn("a file could not be closed: {}", e.toString());
        }
    }

    /** Returns whether the connection closes after the answer. */
    private boolean head(FileRequest call, DownloadRoute.ServeFile serve, FilePart part) {
        Request request = call.request;
        var response = call.raw.response();
        response.setStatusCode(part.status());
        var headers = response.headers();
        if (part.status() != 304) {
            long length = request.method().equals("HEAD") ? serve.size() : part.length();
            headers.add("Content-Type", "application/octet-stream")
                    .add("Content-Length", Long.toString(length));
        }
        headers.add("Date", date.value());
        String range = part.contentRange(serve.size());
        if (range != null) {
            headers.add("Content-Range", range);
        }
        if (!device(request)) {
            headers.add("Accept-Ranges", "bytes").add("ETag", '"' + serve.etag() + '"');
        }
        Browsers.allow(call.raw);
        return Connections.announce(call.raw, draining());
    }

    /**
     * Whether the client may be a device: modems lose long heads, so it gets only four headers.
     * Firmware sends no User-Agent here, or up to 1.7.7 that of its HTTP library (device-contract
     * 9.2).
     */
    private static boolean device(Request request) {
        String agent = request.header("User-Agent");
        return DownloadRoute.whole(request)
                && request.header("If-Range") == null
                && (agent == null || agent.toUpperCase(Locale.ROOT).startsWith("ESP32"));
    }

    private void bare(FileRequest call, DownloadRoute.ServeFile serve, FilePart part) {
        call.sending.leave();
        if (head(call, serve, part)) {
            OpenConnection.of(call.raw).waitForClient();
        }
        var sent = call.raw.response().end();
        if (draining()) {
            sent.onComplete(done -> call.raw.connection().close());
        }
    }

    private void answer(FileRequest call, Reply reply) {
        call.loop.runOnContext(go -> {
            call.sending.leave();
            exit.send(call.raw, reply, draining());
        });
    }

    /** All bytes are sent, or no more will follow. */
    void stopped() {
        running.decrementAndGet();
    }

    /** Called once for each download, when its file is no longer in use; from the event loop. */
    void ended(FileChannel file, Runnable listener) {
        Runnable work =
                () -> {
                    try {
                        listener.run();
                    } finally {
                        close(file);
                        count(-1);
                    }
                };
        try {
            threads.execute(work);
        } catch (RejectedExecutionException closing) {
            work.run();
        }
    }

    static void tell(
            DownloadRoute.TransferListener listener, long bytes, TransferEnd end, long at) {
        try {
            listener.ended(bytes, end, at);
        } catch (RuntimeException e) {
            LOG.error("the end of a download ({} bytes, {}) could not be recorded", bytes, end, e);
        }
    }

    private void count(int change) {
        synchronized (ends) {
            open += change;
            ends.notifyAll();
        }
    }

    /** Waits until all listeners have returned; false if the limit is exceeded. */
    public boolean await(Duration limit) {
        long until = System.nanoTime() + limit.toNanos();
        synchronized (ends) {
            try {
                while (open > 0) {
                    long left = (until - System.nanoTime()) / 1_000_000;
                    if (left <= 0) {
                        return false;
                    }
                    ends.wait(left);
                }
                return true;
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return false;
            }
        }
    }
}
