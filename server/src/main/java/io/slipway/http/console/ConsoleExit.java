package io.slipway.http.console;

import io.slipway.files.BlockOutput;
import io.slipway.http.Connections;
import io.slipway.http.DateHeader;
import io.slipway.http.Problem;
import io.slipway.http.Request;
import io.slipway.http.Response;
import io.slipway.http.Subpath;
import io.slipway.http.governor.BodyBudget;
import io.slipway.http.governor.EdgeLimit;
import io.slipway.http.vertx.Buffers;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.io.IOException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/** Runs console handlers on virtual threads and writes their responses. */
public final class ConsoleExit {

    private static final Logger LOG = LoggerFactory.getLogger(ConsoleExit.class);

    /** In a response and, as {@code request}, in what is logged meanwhile. */
    private static final String REQUEST_ID = "X-Request-Id";

    /** Browsers read a response only after they have sent everything. */
    private static final long LINGER_MS = 10_000;

    /** For clients that send too much at once, in seconds. */
    private static final int RETRY = 10;

    private final DateHeader date;
    private final ExecutorService threads;
    private final Function<RuntimeException, @Nullable Problem> faults;
    private final Duration writeWait;
    private final Subpath subpath;
    private final Set<Runnable> feeds = ConcurrentHashMap.newKeySet();
    private volatile boolean feedsEnded;
    private volatile UiFiles pages = UiFiles.none();

    /**
     * @param writeWait how long a client may take to read one piece of a streamed body
     * @param subpath below which this server is
     */
    public ConsoleExit(
            DateHeader date,
            ExecutorService threads,
            Function<RuntimeException, @Nullable Problem> faults,
            Duration writeWait,
            Subpath subpath) {
        this.date = date;
        this.threads = threads;
        this.faults = faults;
        this.writeWait = writeWait;
        this.subpath = subpath;
    }

    /** Ends all feeds, which would otherwise run forever. */
    public void endFeeds() {
        feedsEnded = true;
        feeds.forEach(Runnable::run);
    }

    public void pages(UiFiles shown) {
        pages = shown;
    }

    /**
     * Sends a file of the web UI; false if there is none at that path. On the event loop.
     *
     * @param path without the one below which this server is
     */
    public boolean page(HttpServerRequest request, String path) {
        if (!pages.has(path)) {
            return false;
        }
        Response file = pages.file(ask(request, path));
        if (file == null) {
            unrouted(request, 405);
        } else {
            send(request, file, false);
        }
        return true;
    }

    private static UiFiles.UiRequest ask(HttpServerRequest request, String path) {
        return new UiFiles.UiRequest(
                request.method().name(),
                path,
                request.getHeader("Accept"),
                request.getHeader("Accept-Encoding"),
                request.getHeader("If-None-Match"));
    }

    /**
     * Runs a handler and sends its response.
     *
     * @param body what the request's body uses, closed once the handler has returned
     */
    public void handle(
            HttpServerRequest raw,
            Request request,
            Function<Request, Response> handler,
            BodyBudget body) {
        Context loop = Vertx.currentContext();
        threads.execute(() -> {
            Response response;
            try (body) {
                response = answer(request, handler);
            }
            Response.Stream stream = response.stream();
            if (stream == null) {
                // The rest of a refused upload is not read.
                loop.runOnContext(go -> send(raw, response, !raw.isEnded()));
            } else {
                stream(raw, loop, response, stream);
            }
        });
    }

    private Response answer(Request request, Function<Request, Response> handler) {
        String id = "%08x".formatted(ThreadLocalRandom.current().nextInt());
        try (var _ = MDC.putCloseable("request", id)) {
            Response response;
            try {
                response = handler.apply(request);
            } catch (RuntimeException e) {
                // Within the block: what it logs has the id, too.
                response = failed(request, e);
            }
            return response.with(REQUEST_ID, id);
        }
    }

    private Response failed(Request request, RuntimeException fault) {
        if (fault instanceof Problem problem) {
            return Response.problem(problem, request.chinese());
        }
        Problem known = faults.apply(fault);
        if (known != null) {
            LOG.warn("{} {}: {}", request.method(), request.target(), fault.toString());
            return Response.problem(known, request.chinese());
        }
        LOG.error("{} {}", request.method(), request.target(), fault);
        var problem = new Problem(500, "服务器内部错误", "Internal server error");
        return Response.problem(problem, request.chinese());
    }

    /**
     * Runs a check on a virtual thread, and what follows on the event loop. If the check throws,
     * that is the response, and the request's body is not read.
     */
    public void check(
            HttpServerRequest raw,
            Request head,
            Function<Request, String> check,
            Consumer<String> then) {
        Context loop = Vertx.currentContext();
        threads.execute(() -> {
            String found;
            try {
                found = check.apply(head);
            } catch (RuntimeException e) {
                Response refusal =
                        answer(
                                head,
                                refused -> {
                                    throw e;
                                });
                loop.runOnContext(go -> send(raw, refusal, true));
                return;
            }
            loop.runOnContext(go -> then.accept(found));
        });
    }

    /** Sends a client elsewhere; its body is not read. */
    public void elsewhere(HttpServerRequest request, String location) {
        send(request, Response.elsewhere(location), !request.isEnded());
    }

    /** An unknown path or method, or a path that can't be decoded. */
    public void unrouted(HttpServerRequest request, int status) {
        Response page =
                status == 404 ? pages.page(ask(request, subpath.cutOff(request.path()))) : null;
        if (page != null) {
            send(request, page, false);
            return;
        }
        var problem =
                switch (status) {
                    case 404 -> new Problem(404, "没有这个地址", "No such path");
                    case 405 -> new Problem(405, "不支持这个方法", "Method not allowed");
                    case 500 -> new Problem(500, "服务器内部错误", "Internal server error");
                    default -> new Problem(status, "请求无效", "Invalid request");
                };
        fail(request, problem, false);
    }

    /**
     * Refuses the rest of a body.
     *
     * @param max the limit of its size, in bytes
     */
    public void refused(HttpServerRequest request, EdgeLimit why, int max) {
        fail(request, problem(why, max), true);
    }

    /**
     * What to tell the client.
     *
     * @param max the limit of the body's size, in bytes
     */
    public static Problem problem(EdgeLimit why, int max) {
        return switch (why) {
            case TOO_LARGE ->
                    new Problem(
                            413,
                            "请求体最多 " + max + " 字节",
                            "The body may have at most " + max + " bytes");
            case SLOW_BODY -> new Problem(408, "请求体停顿或过慢", "The body stalled or was too slow");
            case ADDRESS_MEMORY ->
                    Problem.busy(RETRY, "来自你的地址的数据过多", "Too much data from your address at once");
            case ACCOUNT_MEMORY ->
                    Problem.busy(RETRY, "此账号同时发送的数据过多", "Too much data from this account at once");
            default -> Problem.busy(RETRY, "服务器正忙", "The server is busy");
        };
    }

    private void fail(HttpServerRequest request, Problem problem, boolean last) {
        send(request, Response.problem(problem, Request.chinese(request)), last);
    }

    private void send(HttpServerRequest request, Response response, boolean last) {
        HttpServerResponse out = request.response();
        if (out.ended() || out.closed()) {
            return;
        }
        boolean close = Connections.announce(request, last);
        head(out, response);
        if (response.status() != 304) {
            out.headers().add("Content-Length", Integer.toString(response.body().length));
        }
        // Wrapped, not copied: a file of the web UI may be sent to many clients at once.
        var sent =
                HttpMethod.HEAD.equals(request.method()) || response.status() == 304
                        ? out.end()
                        : out.end(Buffers.wrap(response.body()));
        if (close) {
            sent.onComplete(done -> Connections.close(request, LINGER_MS));
        }
    }

    private void head(HttpServerResponse out, Response response) {
        out.setStatusCode(response.status());
        var headers = out.headers();
        headers.add("Content-Type", response.contentType());
        headers.add("Date", date.value());
        headers.add("X-Content-Type-Options", "nosniff");
        if (!response.headers().containsKey("Cache-Control")) {
            headers.add("Cache-Control", "no-store");
        }
        response.headers().forEach(headers::add);
    }

    private void stream(
            HttpServerRequest raw, Context loop, Response response, Response.Stream stream) {
        if (stream instanceof EventFeed.FeedStream writing) {
            Runnable end = writing.feed().end();
            feeds.add(end);
            try {
                loop.runOnContext(go -> whenGone(raw.response(), end));
                if (feedsEnded) {
                    end.run();
                }
                pieces(raw, loop, response, stream);
            } finally {
                feeds.remove(end);
            }
        } else {
            pieces(raw, loop, response, stream);
        }
    }

    // Without this, a closed page would be noticed only at the next heartbeat.
    private static void whenGone(HttpServerResponse response, Runnable end) {
        if (response.closed()) {
            end.run();
        } else {
            response.closeHandler(gone -> end.run());
        }
    }

    private void pieces(
            HttpServerRequest raw, Context loop, Response response, Response.Stream stream) {
        try (var out = new ChunkedBody(raw, loop, response)) {
            stream.write(out);
            out.complete = true;
        } catch (IOException | RuntimeException e) {
            // The status has been sent: only closing the connection can signal the failure.
            if (!(stream instanceof EventFeed.FeedStream)) {
                LOG.warn("{} {} was cut short: {}", raw.method(), raw.path(), e.toString());
            }
            loop.runOnContext(go -> raw.connection().close());
        }
    }

    /** A chunked body, written piece by piece, waiting until the socket takes each. */
    private final class ChunkedBody extends BlockOutput {
        private final HttpServerRequest raw;
        private final Context loop;
        private final Response response;
        private Buffer buffer = Buffer.buffer();
        private boolean started;
        private boolean complete;

        ChunkedBody(HttpServerRequest raw, Context loop, Response response) {
            this.raw = raw;
            this.loop = loop;
            this.response = response;
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            buffer.appendBytes(bytes, offset, length);
            if (buffer.length() >= 32 * 1024) {
                push(false);
            }
        }

        @Override
        public void flush() throws IOException {
            if (buffer.length() > 0) {
                push(false);
            }
        }

        @Override
        public void close() throws IOException {
            if (complete) {
                push(true);
            }
        }

        private void push(boolean end) throws IOException {
            Buffer piece = buffer;
            buffer = Buffer.buffer();
            boolean first = !started;
            started = true;
            var written = new java.util.concurrent.CompletableFuture<@Nullable Void>();
            loop.runOnContext(go -> {
                HttpServerResponse out = raw.response();
                if (first) {
                    Connections.announce(raw, false);
                    head(out, response);
                    out.setChunked(true);
                }
                var done = end ? out.end(piece) : out.write(piece);
                done.onSuccess(ok -> written.complete(null))
                        .onFailure(written::completeExceptionally);
            });
            try {
                written.get(writeWait.toMillis(), TimeUnit.MILLISECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IOException("interrupted", e);
            } catch (ExecutionException | TimeoutException e) {
                throw new IOException("the client stopped reading", e);
            }
        }
    }
}
