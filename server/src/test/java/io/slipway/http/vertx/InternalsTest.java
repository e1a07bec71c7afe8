package io.slipway.http.vertx;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.channel.ChannelInboundHandler;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.MaxMessagesRecvByteBufAllocator;
import io.netty.channel.RecvByteBufAllocator;
import io.netty.channel.socket.nio.NioChannelOption;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import io.slipway.http.RawClient;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.UpgradeRejectedException;
import io.vertx.core.http.WebSocket;
import io.vertx.core.http.WebSocketClientOptions;
import io.vertx.core.http.WebSocketConnectOptions;
import io.vertx.core.http.impl.http1.Http1ServerConnection;
import io.vertx.core.internal.http.WebSocketInternal;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import jdk.net.ExtendedSocketOptions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Checks what this package relies on below the framework's public API, with a real server and a
 * real client: after an upgrade of the framework, read here first what no longer works.
 */
class InternalsTest {

    private static final int MAX_QUEUED = 65_536;
    private static final int SIZE = 700_000;

    @TempDir Path folder;
    private final Vertx vertx = Vertx.vertx();
    private HttpServer server;

    @AfterEach
    void close() {
        await(vertx.close());
    }

    private static <T> T await(Future<T> future) {
        try {
            return future.toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw new AssertionError(e.getCause());
        } catch (InterruptedException | TimeoutException e) {
            throw new AssertionError(e);
        }
    }

    private static <T> T await(CompletableFuture<T> future, String what) {
        try {
            return future.get(20, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw new AssertionError(what, e.getCause());
        } catch (InterruptedException | TimeoutException e) {
            throw new AssertionError("in vain: " + what, e);
        }
    }

    private int serve(Consumer<HttpServerRequest> handler) {
        var options = new HttpServerOptions().setHost("127.0.0.1").setPort(0);
        server = await(vertx.createHttpServer(options).requestHandler(handler::accept).listen());
        return server.actualPort();
    }

    @Test
    void buffersAreWrappedAndOpenedWithoutACopy() {
        byte[] bytes = {1, 2, 3};
        Buffer wrapped = Buffers.wrap(bytes);
        bytes[1] = 9;
        assertThat(wrapped.getByte(1)).as("Buffers.wrap copies now").isEqualTo((byte) 9);
        assertThat(Buffers.content(Buffer.buffer("abc")).toString(ISO_8859_1))
                .as("the content of a framework's buffer")
                .isEqualTo("abc");
    }

    /** Sends each frame back if it is the server's, and records it. */
    private static final class Taken extends FrameChannel {
        final BlockingQueue<String> frames = new LinkedBlockingQueue<>();
        final CompletableFuture<Void> ended = new CompletableFuture<>();
        final CompletableFuture<Void> drained = new CompletableFuture<>();
        final ChannelPipeline pipeline;
        private final boolean echo;

        Taken(Context loop, WebSocket raw, boolean echo) {
            super(loop, raw, MAX_QUEUED);
            this.echo = echo;
            pipeline = ((WebSocketInternal) raw).channelHandlerContext().pipeline();
            takeOver();
        }

        @Override
        protected void arrived(int bytes, boolean decoded) {}

        @Override
        protected void frame(WebSocketFrame frame) {
            frames.add(frame.content().toString(ISO_8859_1));
            if (echo) {
                write(new BinaryWebSocketFrame(frame.content().retain()));
                flushSoon();
            }
        }

        @Override
        protected void drained() {
            drained.complete(null);
        }

        @Override
        protected void ended() {
            ended.complete(null);
        }

        @Override
        protected void broken(Throwable cause) {
            ended.completeExceptionally(cause);
        }

        void say(String text) {
            execute(() -> {
                write(new BinaryWebSocketFrame(Buffers.content(Buffer.buffer(text))));
                flush();
            });
        }

        String heard() throws InterruptedException {
            return frames.poll(20, TimeUnit.SECONDS);
        }
    }

    private record Ends(Taken server, Taken client) {}

    private Future<WebSocket> connect(int port) {
        var client =
                LimitedTransport.client(
                        vertx, new WebSocketClientOptions().setConnectTimeout(5_000));
        return client.connect(
                new WebSocketConnectOptions().setHost("127.0.0.1").setPort(port).setURI("/"));
    }

    private Ends socket(Consumer<WebSocket> before) {
        var here = new CompletableFuture<Taken>();
        var there = new CompletableFuture<Taken>();
        int port =
                serve(request ->
                        request.toWebSocket()
                                .map(raw -> {
                                    before.accept(raw);
                                    var loop = vertx.getOrCreateContext();
                                    return new Taken(loop, raw, true);
                                })
                                .onSuccess(here::complete)
                                .onFailure(here::completeExceptionally));
        vertx.runOnContext(go ->
                connect(port)
                        .map(raw -> new Taken(vertx.getOrCreateContext(), raw, false))
                        .onSuccess(there::complete)
                        .onFailure(there::completeExceptionally));
        return new Ends(
                await(here, "the server's socket can't be taken over"),
                await(there, "the client's socket can't be taken over"));
    }

    @Test
    void aSocketIsTakenFromTheFrameworkOnBothSides() throws Exception {
        Ends ends =
                socket(raw -> {
                    assertThat(raw)
                            .as("a WebSocket no longer exposes its channel")
                            .isInstanceOf(WebSocketInternal.class);
                    var framework = ((WebSocketInternal) raw).channelHandlerContext();
                    assertThat(framework.handler())
                            .as(
                                    "the framework's handler can't be notified that its channel is gone")
                            .isInstanceOf(ChannelInboundHandler.class);
                });
        for (Taken taken : new Taken[] {ends.server, ends.client}) {
            assertThat(taken.pipeline.get("socket")).isSameAs(taken);
        }
        ends.client.say("hello");
        assertThat(ends.server.heard()).as("frames from the codec").isEqualTo("hello");
        assertThat(ends.client.heard()).as("frames to the codec").isEqualTo("hello");
        ends.client.execute(ends.client::close);
        await(ends.server.ended, "the end of a socket is reported");
        await(ends.client.ended, "the end of a socket is reported to the side that ended it");
    }

    @Test
    void aShutdownLeavesSocketsToEndByThemselvesAndWaitsForThem() throws Exception {
        Ends ends = socket(raw -> {});
        Future<Void> shutdown = server.shutdown(60, TimeUnit.SECONDS);
        ends.client.say("still here");
        assertThat(ends.client.heard()).as("a shutdown cuts sockets at once").isNotNull();
        assertThat(shutdown.isComplete()).as("a shutdown does not wait for sockets").isFalse();
        ends.client.execute(ends.client::close);
        await(shutdown);
    }

    @Test
    void theConnectionBelowASocketIsSetAsItShouldBe() {
        var config = socket(raw -> {}).server.pipeline.channel().config();
        assertThat(config.getWriteBufferHighWaterMark()).isEqualTo(MAX_QUEUED);
        RecvByteBufAllocator reads = config.getRecvByteBufAllocator();
        assertThat(reads)
                .as("the read size can no longer be set")
                .isInstanceOfSatisfying(
                        MaxMessagesRecvByteBufAllocator.class,
                        all -> assertThat(all.maxMessagesPerRead()).isEqualTo(1));
        var idle = NioChannelOption.of(ExtendedSocketOptions.TCP_KEEPIDLE);
        assertThat(config.getOption(idle))
                .as("TCP keep-alive has no effect: has the transport changed?")
                .isEqualTo(30);
    }

    @Test
    void aSocketThatIsNotReadFillsUpAndDrains() throws Exception {
        Ends ends = socket(raw -> {});
        Taken server = ends.server;
        var full = new CompletableFuture<Long>();
        ends.client.execute(() -> ends.client.reads(false));
        server.execute(() -> {
            // 64 MB: more than both kernels buffer.
            for (int i = 0; i < 64 && server.writable(); i++) {
                server.write(
                        new BinaryWebSocketFrame(Buffers.content(Buffers.wrap(new byte[1 << 20]))));
                server.flush();
            }
            if (server.writable()) {
                full.completeExceptionally(new AssertionError("64 MB, and still writable"));
            } else {
                full.complete(server.taken());
            }
        });
        long before = await(full, "a socket that is not read fills up");
        ends.client.execute(() -> ends.client.reads(true));
        await(server.drained, "a socket that is read again is reported as drained");
        var after = new CompletableFuture<Long>();
        server.execute(() -> after.complete(server.taken()));
        assertThat(await(after, "what was taken")).isGreaterThan(before);
    }

    @Test
    void aServerThatSendsTooMuchInsteadOfAnUpgradeIsCut() throws Exception {
        var sent = new AtomicLong();
        try (var peer = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Thread.ofVirtual()
                    .start(() -> {
                        try (var connection = peer.accept()) {
                            var out = connection.getOutputStream();
                            out.write(
                                    "HTTP/1.1 200 OK\r\nContent-Length: 200000000\r\n\r\n"
                                            .getBytes(ISO_8859_1));
                            while (sent.addAndGet(65_536) < 200_000_000) {
                                out.write(new byte[65_536]);
                            }
                        } catch (IOException cut) {
                            // As expected.
                        }
                    });
            assertThatThrownBy(() -> await(connect(peer.getLocalPort())))
                    .as("the client's transport is no longer asked for connections")
                    .cause()
                    .isNotInstanceOf(TimeoutException.class);
            assertThat(sent.get()).as("bytes sent before the cut").isLessThan(100_000_000);
        }
    }

    @Test
    void aServerThatRefusesAnUpgradeIsReadAsUsual() {
        int port = serve(request -> request.response().setStatusCode(403).end("no"));
        assertThatThrownBy(() -> await(connect(port)))
                .hasCauseInstanceOf(UpgradeRejectedException.class);
    }

    @Test
    void aPreambleIsReadBeforeHttpAndNamesTheClient() throws Exception {
        // With a second protocol the framework would read the first bytes earlier.
        var options =
                new HttpServerOptions()
                        .setHost("127.0.0.1")
                        .setPort(0)
                        .setHttp2ClearTextEnabled(false);
        var seen = new LinkedBlockingQueue<String>();
        server =
                await(
                        vertx.createHttpServer(options)
                                .connectionHandler(connection -> {
                                    seen.add(connection.remoteAddress(true).hostAddress());
                                    ProxyPreamble.await(connection, seen::add);
                                })
                                .requestHandler(request -> {
                                    seen.add(ProxyPreamble.of(request).name());
                                    seen.add(request.remoteAddress().toString());
                                    request.response().end("ok");
                                })
                                .listen());
        try (var client = new RawClient(server.actualPort())) {
            client.send("PROXY TCP4 192.0.2.1 192.0.2.2 40001 80\r\n").get("/").head();
        }
        assertThat(seen)
                .as("the hook for new connections, and their address")
                .containsExactly("127.0.0.1", "CLIENT", "192.0.2.1:40001");
    }

    /** Answers a request with a file, bypassing the framework. */
    private static final class Served extends AnswerChannel {
        final CompletableFuture<String> end = new CompletableFuture<>();
        final CompletableFuture<Void> sent = new CompletableFuture<>();
        final CompletableFuture<Void> ticked = new CompletableFuture<>();
        private final HttpServerRequest raw;
        private final FileChannel file;

        Served(HttpServerRequest raw, FileChannel file) {
            super(raw);
            this.raw = raw;
            this.file = file;
            join();
            startTicks();
            raw.response().putHeader("Content-Length", Integer.toString(SIZE));
            raw.response().writeHead().onSuccess(head -> piece(0));
        }

        private void piece(long from) {
            long length = Math.min(100_000, SIZE - from);
            if (length == 0) {
                sent.complete(null);
            } else {
                write(
                        file,
                        from,
                        length,
                        failure -> {
                            if (failure == null) {
                                piece(from + length);
                            } else {
                                sent.completeExceptionally(failure);
                            }
                        });
            }
        }

        private void over(String how) {
            if (end.complete(how)) {
                stopTicks();
                leavePipeline();
            }
        }

        @Override
        protected boolean came(boolean request) {
            if (request) {
                over("another request");
                raw.response().end();
            }
            return true;
        }

        @Override
        protected void ended() {
            over("ended");
        }

        @Override
        protected void reset() {
            over("reset");
        }

        @Override
        protected void closedHere() {
            over("closed here");
        }

        @Override
        protected void tick() {
            ticked.complete(null);
        }
    }

    private final BlockingQueue<Served> answers = new LinkedBlockingQueue<>();
    private byte[] content;

    private int files() throws IOException {
        content = new byte[SIZE];
        new Random(4).nextBytes(content);
        FileChannel file = FileChannel.open(Files.write(folder.resolve("file"), content));
        return serve(request -> {
            if (request.path().equals("/small")) {
                request.response().putHeader("Content-Length", "5").end("small");
                return;
            }
            assertThat(request.connection())
                    .as("a connection no longer exposes its channel")
                    .isInstanceOf(Http1ServerConnection.class);
            answers.add(new Served(request, file));
        });
    }

    private Served answer() throws InterruptedException {
        Served answer = answers.poll(20, TimeUnit.SECONDS);
        assertThat(answer).as("a request whose channel was joined").isNotNull();
        return answer;
    }

    @Test
    void aFileGoesPastTheFrameworkAndTheConnectionStaysGood() throws Exception {
        try (var client = new RawClient(files())) {
            for (int i = 0; i < 2; i++) {
                client.get("/file");
                Served answer = answer();
                assertThat(client.head().length()).isEqualTo(SIZE);
                assertThat(client.read(SIZE)).as("the file's bytes").isEqualTo(content);
                await(answer.sent, "all pieces are with the kernel");
                await(answer.ticked, "ticks");
                assertThat(answer.file.isOpen())
                        .as("a region closes its file: the next piece would fail")
                        .isTrue();
                assertThat(answer.end).as("nothing came after the file").isNotDone();
                client.get("/small");
                assertThat(new String(client.read(client.head().length()), ISO_8859_1))
                        .as("the framework lost track of the connection")
                        .isEqualTo("small");
                assertThat(await(answer.end, "the next request was seen first"))
                        .isEqualTo("another request");
            }
        }
    }

    @Test
    void howAConnectionEndsIsSeen() throws Exception {
        int port = files();
        try (var client = new RawClient(port)) {
            client.get("/file").read(client.head().length());
            client.end();
            assertThat(await(answer().end, "an orderly end")).isEqualTo("ended");
        }
        try (var client = new RawClient(port)) {
            client.get("/file").read(client.head().length());
            Served answer = answer();
            await(answer.sent, "all pieces are with the kernel");
            client.reset();
            assertThat(await(answer.end, "a reset")).isEqualTo("reset");
        }
        try (var client = new RawClient(port)) {
            client.get("/file").head();
            Served answer = answer();
            answer.raw.connection().close();
            assertThat(await(answer.end, "an end of our own")).isEqualTo("closed here");
        }
    }

    @Test
    void aShutdownWaitsForAnAnswerUntilItIsEnded() throws Exception {
        try (var client = new RawClient(files())) {
            client.get("/file").read(client.head().length());
            Served answer = answer();
            await(answer.sent, "all pieces are with the kernel");
            Future<Void> shutdown = server.shutdown(60, TimeUnit.SECONDS);
            Thread.sleep(Duration.ofMillis(200));
            assertThat(shutdown.isComplete())
                    .as("the framework considers the response ended once the file is sent")
                    .isFalse();
            client.end();
            await(shutdown);
        }
    }
}
