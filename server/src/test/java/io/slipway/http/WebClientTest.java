package io.slipway.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.slipway.http.edge.Edge;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.JksOptions;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WebClientTest {

    private static final byte[] BODY = "{\"n\":1}".getBytes(StandardCharsets.UTF_8);
    private static final Duration LONG = Duration.ofSeconds(30);
    private static final InetAddress HERE = InetAddress.getLoopbackAddress();

    @TempDir Path folder;
    private final Vertx vertx = Edge.vertx();
    private final WebClient client = new WebClient(vertx);

    @AfterEach
    void close() throws Exception {
        vertx.close().toCompletionStage().toCompletableFuture().get(30, TimeUnit.SECONDS);
    }

    /** A server's behaviour on one connection, after reading the request's head and body. */
    @FunctionalInterface
    private interface Script {
        void play(String request, Socket socket) throws IOException, InterruptedException;
    }

    /** One connection; {@code ended} completes when the client has disconnected. */
    private static final class Peer implements AutoCloseable {
        final ServerSocket server;
        final CompletableFuture<String> request = new CompletableFuture<>();
        final CompletableFuture<Long> ended = new CompletableFuture<>();

        Peer(InetAddress address, Script script) throws IOException {
            server = new ServerSocket(0, 10, address);
            Thread.ofVirtual().start(() -> run(script));
        }

        private void run(Script script) {
            try (Socket socket = server.accept()) {
                var read = new StringBuilder();
                while (!read.toString().endsWith("{\"n\":1}")) {
                    read.append((char) socket.getInputStream().read());
                }
                request.complete(read.toString());
                try {
                    script.play(read.toString(), socket);
                    socket.getInputStream().transferTo(OutputStream.nullOutputStream());
                } finally {
                    ended.complete(0L);
                }
            } catch (IOException | InterruptedException e) {
                ended.complete(0L);
            }
        }

        ServerUrl url(String host) {
            return new ServerUrl(false, host, server.getLocalPort(), "/in?a=b");
        }

        @Override
        public void close() throws IOException {
            server.close();
        }
    }

    private static void say(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
        socket.getOutputStream().flush();
    }

    @Test
    void theCheckedAddressIsCalledByTheUrlsName() throws Exception {
        try (var peer =
                new Peer(HERE, (request, out) -> say(out, "HTTP/1.1 204 No Content\r\n\r\n"))) {
            var headers = Map.of("X-Test", "yes", "Content-Type", "application/json");
            int status = client.post(peer.url("hooks.example"), HERE, headers, BODY, LONG);
            assertThat(status).isEqualTo(204);
            String request = peer.request.get(30, TimeUnit.SECONDS);
            assertThat(request).startsWith("POST /in?a=b HTTP/1.1\r\n");
            assertThat(request.toLowerCase(java.util.Locale.ROOT))
                    .contains("host: hooks.example:" + peer.server.getLocalPort() + "\r\n")
                    .contains("x-test: yes\r\n", "content-type: application/json\r\n")
                    .contains("content-length: 7\r\n", "connection: close\r\n");
            peer.ended.get(30, TimeUnit.SECONDS);
        }
    }

    @Test
    void anIpv6AddressHasItsBracketsInTheHostHeader() throws Exception {
        InetAddress six = InetAddress.getByName("::1");
        try (var peer = new Peer(six, (request, out) -> say(out, "HTTP/1.1 204 OK\r\n\r\n"))) {
            assertThat(client.post(peer.url("::1"), six, Map.of(), BODY, LONG)).isEqualTo(204);
            assertThat(peer.request.get(30, TimeUnit.SECONDS))
                    .containsIgnoringCase("host: [::1]:" + peer.server.getLocalPort());
        }
    }

    @Test
    void aRedirectIsAnAnswerLikeOthers() throws Exception {
        String answer =
                "HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n";
        try (var peer = new Peer(HERE, (request, out) -> say(out, answer))) {
            assertThat(client.post(peer.url("h.example"), HERE, Map.of(), BODY, LONG))
                    .isEqualTo(302);
        }
    }

    @Test
    void aServerThatDoesNotAnswerIsDisconnected() throws Exception {
        try (var peer = new Peer(HERE, (request, out) -> {})) {
            assertThatThrownBy(() ->
                            client.post(
                                    peer.url("h.example"),
                                    HERE,
                                    Map.of(),
                                    BODY,
                                    Duration.ofSeconds(1)))
                    .isInstanceOf(IOException.class)
                    .hasMessage("no answer in 1 s");
            peer.ended.get(30, TimeUnit.SECONDS);
        }
    }

    @Test
    void slowHeadersAreCutOff() throws Exception {
        Script dribble =
                (request, out) -> {
                    say(out, "HTTP/1.1 200 OK\r\n");
                    while (true) {
                        say(out, "X-A: b\r\n");
                        Thread.sleep(100);
                    }
                };
        try (var peer = new Peer(HERE, dribble)) {
            assertThatThrownBy(() ->
                            client.post(
                                    peer.url("h.example"),
                                    HERE,
                                    Map.of(),
                                    BODY,
                                    Duration.ofSeconds(1)))
                    .isInstanceOf(IOException.class);
            peer.ended.get(30, TimeUnit.SECONDS);
        }
    }

    /** After its head, the length and duration of a body don't matter. */
    @Test
    void aBodyThatDoesNotEndIsCut() throws Exception {
        Script flood =
                (request, out) -> {
                    say(out, "HTTP/1.1 201 Created\r\nContent-Length: 9999999999\r\n\r\n");
                    while (true) {
                        out.getOutputStream().write(new byte[64 * 1024]);
                    }
                };
        try (var peer = new Peer(HERE, flood)) {
            assertThat(client.post(peer.url("h.example"), HERE, Map.of(), BODY, LONG))
                    .isEqualTo(201);
            peer.ended.get(30, TimeUnit.SECONDS);
        }
        Script slow =
                (request, out) -> say(out, "HTTP/1.1 503 Busy\r\nContent-Length: 10\r\n\r\nx");
        try (var peer = new Peer(HERE, slow)) {
            Duration limit = Duration.ofSeconds(1);
            assertThat(client.post(peer.url("h.example"), HERE, Map.of(), BODY, limit))
                    .isEqualTo(503);
            peer.ended.get(30, TimeUnit.SECONDS);
        }
    }

    @Test
    void whatIsNoHttpIsAFailure() throws Exception {
        for (String answer :
                List.of(
                        "SSH-2.0-OpenSSH_9.9\r\n\r\n",
                        "HTTP/1.1 200 OK\r\nX: " + "y".repeat(20_000))) {
            try (var peer =
                    new Peer(
                            HERE,
                            (request, out) -> {
                                say(out, answer);
                                out.shutdownOutput();
                            })) {
                assertThatThrownBy(() ->
                                client.post(peer.url("h.example"), HERE, Map.of(), BODY, LONG))
                        .isInstanceOf(IOException.class);
            }
        }
        int free;
        try (var gone = new ServerSocket(0, 1, HERE)) {
            free = gone.getLocalPort();
        }
        var nobody = new ServerUrl(false, "h.example", free, "/");
        assertThatThrownBy(() -> client.post(nobody, HERE, Map.of(), BODY, LONG))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("refused");
    }

    /** Both the certificate and the handshake use the URL's name. */
    @Test
    void tlsIsCheckedAgainstTheUrlsName() throws Exception {
        String store = folder.resolve("keys.p12").toString();
        var made =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "keytool")
                                        .toString(),
                                "-genkeypair",
                                "-keyalg",
                                "EC",
                                "-alias",
                                "a",
                                "-storetype",
                                "PKCS12",
                                "-keystore",
                                store,
                                "-storepass",
                                "password",
                                "-dname",
                                "CN=hooks.example",
                                "-ext",
                                "san=dns:hooks.example")
                        .redirectErrorStream(true)
                        .start();
        assertThat(made.waitFor()).isZero();
        var keys = new JksOptions().setPath(store).setPassword("password");
        var indicated = new CompletableFuture<String>();
        var server =
                vertx.createHttpServer(
                                new HttpServerOptions()
                                        .setSsl(true)
                                        .setSni(true)
                                        .setKeyCertOptions(keys)
                                        .setHost("127.0.0.1")
                                        .setPort(0))
                        .requestHandler(request -> {
                            indicated.complete(request.connection().indicatedServerName());
                            request.response().setStatusCode(202).end();
                        })
                        .listen()
                        .toCompletionStage()
                        .toCompletableFuture()
                        .get(30, TimeUnit.SECONDS);
        var trusting = new WebClient(vertx, new HttpClientOptions().setTrustOptions(keys));
        var right = new ServerUrl(true, "hooks.example", server.actualPort(), "/");
        assertThat(trusting.post(right, HERE, Map.of(), BODY, LONG)).isEqualTo(202);
        assertThat(indicated.get(30, TimeUnit.SECONDS)).isEqualTo("hooks.example");
        var wrong = new ServerUrl(true, "other.example", server.actualPort(), "/");
        assertThatThrownBy(() -> trusting.post(wrong, HERE, Map.of(), BODY, LONG))
                .isInstanceOf(IOException.class);
        assertThatThrownBy(() -> client.post(right, HERE, Map.of(), BODY, LONG))
                .as("unknown certificates are not trusted")
                .isInstanceOf(IOException.class);
    }
}
