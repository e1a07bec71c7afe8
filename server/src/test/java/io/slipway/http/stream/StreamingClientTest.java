package io.slipway.http.stream;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.Waits;
import io.slipway.http.EventLoop;
import io.slipway.http.ServerAddresses;
import io.slipway.http.ServerUrl;
import io.slipway.http.certificate.TestAuthority;
import io.slipway.http.edge.Edge;
import io.slipway.session.Await;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.PemTrustOptions;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StreamingClientTest {

    private static final byte[] BODY = "{\"n\":1}".getBytes(UTF_8);
    private static final Duration LONG = Duration.ofSeconds(40);
    private static final Duration SHORT = Duration.ofMillis(300);
    private static final StreamingLimits PATIENT =
            new StreamingLimits(LONG, LONG, LONG, LONG, 1 << 20);
    private static final ServerAddresses ANY = new ServerAddresses(true);

    @TempDir Path folder;
    private final Vertx vertx = Edge.vertx();
    private final StreamingClient client = new StreamingClient(vertx);
    private final EventLoop loop = client.loop();
    private final CountDownLatch finish = new CountDownLatch(1);

    @AfterEach
    void close() throws Exception {
        vertx.close().toCompletionStage().toCompletableFuture().get(30, TimeUnit.SECONDS);
    }

    private static StreamingRequest request(ServerUrl url, StreamingLimits limits) {
        return new StreamingRequest(
                url, ANY, Map.of("Authorization", "Bearer secret-key"), BODY, limits);
    }

    private StreamingCall send(StreamingRequest request, StreamingListener listener)
            throws Exception {
        var call = new CompletableFuture<StreamingCall>();
        loop.execute(() -> call.complete(client.send(loop, request, listener)));
        return call.get(30, TimeUnit.SECONDS);
    }

    private String outcome(ServerUrl url, StreamingLimits limits) throws Exception {
        var listener = new RecordingListener();
        send(request(url, limits), listener);
        return listener.awaitEnd();
    }

    @Test
    void piecesArriveAsTheyAreSent() throws Exception {
        var first = new CountDownLatch(1);
        try (var server =
                new ScriptedServer((request, wire) -> {
                    assertThat(request.method()).isEqualTo("POST");
                    assertThat(request.path()).isEqualTo("/v1/x?a=b");
                    assertThat(request.header("authorization")).isEqualTo("Bearer secret-key");
                    assertThat(request.body()).isEqualTo(BODY);
                    wire.begin(200, "Text/Event-Stream; charset=utf-8", "Retry-After: 3");
                    wire.chunk("one");
                    // Only now, which proves that it does not wait for more.
                    assertThat(first.await(30, TimeUnit.SECONDS)).isTrue();
                    wire.chunk(" two");
                    wire.end();
                })) {
            var listener = new RecordingListener(piece -> first.countDown());
            send(request(server.url("/v1/x?a=b"), PATIENT), listener);
            assertThat(listener.awaitEnd()).isEqualTo("ended");
            assertThat(listener.text()).isEqualTo("one two");
            assertThat(listener.awaitHead())
                    .isEqualTo(new AnswerHead(200, "text/event-stream", "3"));
        }
    }

    @Test
    void connectionsAreKeptAndALateCancelLeavesThemAlone() throws Exception {
        try (var server =
                new ScriptedServer((request, wire) -> wire.answer(200, "text/plain", "ok"))) {
            for (int i = 0; i < 5; i++) {
                var listener = new RecordingListener();
                StreamingCall call = send(request(server.url("/"), PATIENT), listener);
                assertThat(listener.awaitEnd()).isEqualTo("ended");
                loop.execute(call::cancel);
            }
            assertThat(server.connections()).isEqualTo(1);
            close();
            server.awaitNoneOpen();
        }
    }

    /** All of a paused answer has arrived, and its connection carries the next request. */
    @Test
    void cancelOfAPausedAnswerEndsNoOther() throws Exception {
        var second = new CountDownLatch(1);
        try (var server =
                new ScriptedServer((request, wire) -> {
                    if (request.path().equals("/second")) {
                        wire.begin(200, "text/plain");
                        second.countDown();
                        wire.chunk("one");
                        assertThat(finish.await(30, TimeUnit.SECONDS)).isTrue();
                        wire.chunk(" two");
                        wire.end();
                    } else {
                        wire.answer(200, "text/plain", "ok");
                    }
                })) {
            var paused = new RecordingListener();
            var started = new CompletableFuture<StreamingCall>();
            loop.execute(() -> {
                StreamingCall call =
                        client.send(loop, request(server.url("/first"), PATIENT), paused);
                call.pause();
                started.complete(call);
            });
            StreamingCall first = started.get(30, TimeUnit.SECONDS);
            paused.awaitHead();
            var listener = new RecordingListener();
            send(request(server.url("/second"), PATIENT), listener);
            assertThat(second.await(30, TimeUnit.SECONDS)).isTrue();
            loop.execute(first::cancel);
            // Longer than it waits for what had arrived.
            var later = new CountDownLatch(1);
            loop.execute(() -> loop.after(Duration.ofMillis(200), later::countDown));
            assertThat(later.await(30, TimeUnit.SECONDS)).isTrue();
            finish.countDown();
            assertThat(listener.awaitEnd()).isEqualTo("ended");
            assertThat(listener.text()).isEqualTo("one two");
            assertThat(paused.over()).isFalse();
        }
    }

    @Test
    void aRedirectIsAnAnswerLikeOthers() throws Exception {
        try (var server =
                new ScriptedServer((request, wire) ->
                        wire.answer(302, "text/plain", "", "Location: http://127.0.0.1:1/"))) {
            var listener = new RecordingListener();
            send(request(server.url("/"), PATIENT), listener);
            assertThat(listener.awaitEnd()).isEqualTo("ended");
            assertThat(listener.awaitHead().status()).isEqualTo(302);
        }
    }

    /** At each point of an answer: the connection ends, and nothing is heard any more. */
    @ParameterizedTest
    @CsvSource({"nothing", "head", "piece", "paused"})
    void cancelClosesTheConnection(String point) throws Exception {
        var requested = new CountDownLatch(1);
        try (var server =
                new ScriptedServer((request, wire) -> {
                    requested.countDown();
                    if (!point.equals("nothing")) {
                        wire.begin(200, "text/plain");
                    }
                    if (point.equals("piece") || point.equals("paused")) {
                        wire.chunk("a piece");
                    }
                    wire.awaitEnd();
                })) {
            var listener = new RecordingListener();
            StreamingCall call = send(request(server.url("/"), PATIENT), listener);
            assertThat(requested.await(30, TimeUnit.SECONDS)).isTrue();
            switch (point) {
                case "nothing" -> {}
                case "head" -> listener.awaitHead();
                default -> listener.awaitPiece();
            }
            loop.execute(() -> {
                if (point.equals("paused")) {
                    call.pause();
                }
                call.cancel();
                call.resume();
            });
            server.awaitNoneOpen();
            assertThat(listener.over()).isFalse();
        }
    }

    /** More often than there may be connections: none of them remains taken. */
    @Test
    void cancelBeforeThereIsAConnectionSendsNothing() throws Exception {
        var requests = new AtomicInteger();
        try (var server =
                new ScriptedServer((request, wire) -> {
                    requests.incrementAndGet();
                    wire.answer(200, "text/plain", "ok");
                })) {
            var listener = new RecordingListener();
            for (int i = 0; i < 600; i++) {
                if (i % 100 == 99) {
                    assertThat(outcome(server.url("/"), PATIENT)).isEqualTo("ended");
                }
                boolean later = i % 2 == 0;
                loop.execute(() -> {
                    var call = client.send(loop, request(server.url("/"), PATIENT), listener);
                    if (later) {
                        loop.execute(() -> loop.execute(call::cancel));
                    } else {
                        call.cancel();
                    }
                });
            }
            assertThat(outcome(server.url("/"), PATIENT)).isEqualTo("ended");
            assertThat(requests.get()).isPositive();
            assertThat(listener.over()).isFalse();
        }
    }

    @Waits
    @ParameterizedTest
    @CsvSource({
        "no answer,SILENT",
        "head only,SILENT",
        "stops midway,SILENT",
        "drips,SILENT",
        "closes,CUT_OFF",
        "resets,CUT_OFF",
        "half a head,CUT_OFF",
        "chunks cut,CUT_OFF",
        "length cut,CUT_OFF",
        "huge,TOO_LARGE",
        "endless status,TOO_LARGE",
        "endless header,TOO_LARGE",
        "many headers,TOO_LARGE",
        "no http,UNREADABLE",
        "bad chunk,UNREADABLE"
    })
    void failuresAreToldApart(String how, StreamingFault expected) throws Exception {
        var limits =
                switch (how) {
                    case "no answer", "head only" ->
                            new StreamingLimits(LONG, SHORT, LONG, LONG, 1 << 20);
                    case "stops midway" -> new StreamingLimits(LONG, LONG, SHORT, LONG, 1 << 20);
                    case "drips" ->
                            new StreamingLimits(LONG, LONG, LONG, SHORT.multipliedBy(3), 1 << 20);
                    case "huge" -> new StreamingLimits(LONG, LONG, LONG, LONG, 100_000);
                    default -> PATIENT;
                };
        try (var server = new ScriptedServer((request, wire) -> play(how, wire))) {
            var listener = new RecordingListener();
            send(request(server.url("/"), limits), listener);
            assertThat(listener.awaitEnd()).isEqualTo(expected.name());
            assertThat(listener.received()).isLessThan(200_000);
            server.awaitNoneOpen();
        }
    }

    private static void play(String how, ScriptedServer.Wire wire) throws Exception {
        switch (how) {
            case "no answer" -> wire.awaitEnd();
            case "head only" -> {
                wire.begin(200, "text/plain");
                wire.awaitEnd();
            }
            case "stops midway" -> {
                wire.begin(200, "text/plain");
                wire.chunk("some");
                wire.awaitEnd();
            }
            case "drips" -> {
                wire.begin(200, "text/plain");
                while (true) {
                    wire.chunk(".");
                    Thread.sleep(20);
                }
            }
            case "closes" -> wire.cut();
            case "resets" -> wire.reset();
            case "half a head" -> {
                wire.say("HTTP/1.1 200 OK\r\nContent-Ty");
                wire.cut();
            }
            case "chunks cut" -> {
                wire.begin(200, "text/plain");
                wire.chunk("some");
                wire.cut();
            }
            case "length cut" -> {
                wire.say("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nsome");
                wire.cut();
            }
            case "huge" -> {
                wire.begin(200, "text/plain");
                while (true) {
                    wire.chunk(new byte[10_000]);
                }
            }
            case "endless status" -> {
                wire.say("HTTP/1.1 200 ");
                while (true) {
                    wire.say("O".repeat(1_000));
                }
            }
            case "endless header" -> {
                wire.say("HTTP/1.1 200 OK\r\nX-Long: ");
                while (true) {
                    wire.say("O".repeat(1_000));
                }
            }
            case "many headers" -> {
                wire.say("HTTP/1.1 200 OK\r\n");
                while (true) {
                    wire.say("X-Many: one of them\r\n");
                }
            }
            case "no http" -> wire.say("220 mail.example ESMTP\r\n\r\n");
            case "bad chunk" -> {
                wire.begin(200, "text/plain");
                wire.say("zz\r\nsome\r\n");
                wire.awaitEnd();
            }
            default -> throw new IllegalArgumentException(how);
        }
    }

    @Test
    void noConnectionIsUnreachable() throws Exception {
        int free;
        try (var gone = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            free = gone.getLocalPort();
        }
        assertThat(outcome(new ServerUrl(false, "127.0.0.1", free, "/"), PATIENT))
                .isEqualTo("UNREACHABLE");
        assertThat(outcome(new ServerUrl(false, "no-such-name.invalid", 80, "/"), PATIENT))
                .isEqualTo("UNREACHABLE");
        // TLS that never answers.
        try (var mute = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            var url = new ServerUrl(true, "127.0.0.1", mute.getLocalPort(), "/");
            var limits = new StreamingLimits(SHORT, LONG, LONG, LONG, 1_000);
            assertThat(outcome(url, limits)).isEqualTo("UNREACHABLE");
        }
    }

    @Test
    void privateAddressesAreRefusedWithoutAConnection() throws Exception {
        try (var server =
                new ScriptedServer((request, wire) -> wire.answer(200, "text/plain", "ok"))) {
            var listener = new RecordingListener();
            send(
                    new StreamingRequest(
                            server.url("/"), new ServerAddresses(false), Map.of(), BODY, PATIENT),
                    listener);
            assertThat(listener.awaitEnd()).isEqualTo("PRIVATE_ADDRESS");
            assertThat(server.connections()).isZero();
        }
    }

    /** A paused answer waits at its server, not in this process, and its time-out waits, too. */
    @Test
    void pausedAnswersAreHeldBackByTcp() throws Exception {
        long size = 64L << 20;
        var sent = new AtomicLong();
        try (var server =
                new ScriptedServer((request, wire) -> {
                    wire.begin(200, "application/octet-stream");
                    byte[] piece = new byte[64 * 1024];
                    while (sent.get() < size) {
                        wire.chunk(piece);
                        sent.addAndGet(piece.length);
                    }
                    wire.end();
                })) {
            var call = new CompletableFuture<StreamingCall>();
            var held = new AtomicBoolean(true);
            var listener =
                    new RecordingListener(piece -> {
                        if (held.get()) {
                            var _ = call.thenAccept(StreamingCall::pause);
                        }
                    });
            var limits = new StreamingLimits(LONG, LONG, SHORT, LONG, size);
            call.complete(send(request(server.url("/"), limits), listener));
            listener.awaitPiece();
            var before = new AtomicLong(-1);
            Await.until(() -> {
                Thread.sleep(2 * SHORT.toMillis());
                return before.getAndSet(sent.get()) == sent.get();
            });
            assertThat(sent.get()).isLessThan(size / 2);
            assertThat(listener.over()).isFalse();
            held.set(false);
            loop.execute(call.join()::resume);
            assertThat(listener.awaitEnd()).isEqualTo("ended");
            assertThat(listener.received()).isEqualTo(size);
        }
    }

    @Test
    void tlsIsCheckedAgainstTheUrlsName() throws Exception {
        Path certificate = folder.resolve("certificate.pem");
        Path key = folder.resolve("key.pem");
        new TestAuthority(folder)
                .selfSigned("hooks", "-ext", "SAN=dns:localhost")
                .write(certificate, key);
        var server =
                vertx.createHttpServer(
                                new HttpServerOptions()
                                        .setSsl(true)
                                        .setKeyCertOptions(
                                                new PemKeyCertOptions()
                                                        .addCertPath(certificate.toString())
                                                        .addKeyPath(key.toString()))
                                        .setHost("127.0.0.1")
                                        .setPort(0))
                        .requestHandler(request -> request.response().end("ok"))
                        .listen()
                        .toCompletionStage()
                        .toCompletableFuture()
                        .get(30, TimeUnit.SECONDS);
        var trusting =
                new StreamingClient(
                        vertx,
                        new HttpClientOptions()
                                .setTrustOptions(
                                        new PemTrustOptions().addCertPath(certificate.toString())));
        var right = new ServerUrl(true, "localhost", server.actualPort(), "/");
        var wrong = new ServerUrl(true, "127.0.0.1", server.actualPort(), "/");
        assertThat(by(trusting, right)).isEqualTo("ended");
        assertThat(by(trusting, wrong)).isEqualTo("UNREACHABLE");
        assertThat(by(client, right)).as("an unknown certificate").isEqualTo("UNREACHABLE");
    }

    private String by(StreamingClient sender, ServerUrl url) throws Exception {
        var listener = new RecordingListener();
        loop.execute(() -> sender.send(loop, request(url, PATIENT), listener));
        return listener.awaitEnd();
    }

    @Test
    void aLoopIsItsCallersOwn() throws Exception {
        var seen = new CompletableFuture<Boolean>();
        loop.execute(() -> {
            Thread here = Thread.currentThread();
            EventLoop same = client.loop();
            same.after(Duration.ofMillis(1), () -> seen.complete(Thread.currentThread() == here));
        });
        assertThat(seen.get(30, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void requestsShowNoSecrets() {
        var url = new ServerUrl(true, "api.example", 443, "/v1?token=secret-key");
        assertThat(request(url, PATIENT).toString())
                .isEqualTo("POST api.example:443 (7 bytes)")
                .doesNotContain("secret");
    }
}
