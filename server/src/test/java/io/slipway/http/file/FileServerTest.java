package io.slipway.http.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.slipway.http.RawClient;
import io.slipway.http.file.DownloadRoute.TransferEnd;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The parts of a file on the wire. */
class FileServerTest {

    private static final byte[] CONTENT = new byte[1_234_567];

    @TempDir static Path folder;
    private static FileEdge server;

    @BeforeAll
    static void start() throws IOException {
        new Random(1).nextBytes(CONTENT);
        Path file = Files.write(folder.resolve("firmware"), CONTENT);
        server = new FileEdge(file, TransferTimeouts.USUAL);
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @BeforeEach
    void forget() {
        server.ended.clear();
    }

    @AfterEach
    void nothingStaysOpen() {
        FileEdge.await("all files to be closed", () -> server.open() == 0);
        FileEdge.await("no download to run", () -> server.edge.downloads() == 0);
    }

    @ParameterizedTest
    @ValueSource(strings = {"Accept: */*", "User-Agent: ESP32 HTTP Client/1.0", "If-Range: \"x\""})
    void aDeviceGetsTheFileAndFourHeaders(String header) throws IOException {
        try (var device = new RawClient(server.port)) {
            var head = device.get("/f/token.bin?x=1", header).head();
            assertThat(head.status()).isEqualTo(200);
            if (header.startsWith("If-")) {
                assertThat(head.header("ETag")).isEqualTo("\"" + FileEdge.ETAG + "\"");
            } else {
                assertThat(head.names())
                        .containsExactlyInAnyOrder(
                                "Content-Type", "Content-Length", "Connection", "Date");
            }
            assertThat(head.header("Content-Type")).isEqualTo("application/octet-stream");
            assertThat(head.header("Connection")).isEqualTo("keep-alive");
            assertThat(head.length()).isEqualTo(CONTENT.length);
            assertThat(device.read(CONTENT.length)).isEqualTo(CONTENT);
        }
        assertThat(server.end())
                .isEqualTo(
                        new FileEdge.Ended(
                                "token.bin",
                                CONTENT.length,
                                TransferEnd.COMPLETE,
                                server.clock.millis()));
    }

    @ParameterizedTest
    @CsvSource({
        "HTTP/1.1, Connection: close, close",
        "HTTP/1.0, Accept: */*, close",
        "HTTP/1.0, Connection: keep-alive, keep-alive"
    })
    void theClientClosesFirst(String version, String header, String connection) throws IOException {
        try (var client = new RawClient(server.port)) {
            client.send("GET /f/a " + version + "\r\nHost: h\r\n" + header + "\r\n\r\n");
            var head = client.head();
            assertThat(head.header("Connection")).isEqualTo(connection);
            assertThat(head.names())
                    .containsExactlyInAnyOrder(
                            "Content-Type", "Content-Length", "Connection", "Date");
            assertThat(client.read(CONTENT.length)).isEqualTo(CONTENT);
            // device-contract R15: not even a half-close.
            client.timeout(500);
            assertThatThrownBy(client::ended).isInstanceOf(SocketTimeoutException.class);
            assertThat(server.ended).as("the client has not closed yet").isEmpty();
        }
        assertThat(server.end().end()).isEqualTo(TransferEnd.COMPLETE);
    }

    @Test
    void headTellsAndSendsNothing() throws IOException {
        try (var client = new RawClient(server.port)) {
            client.send("HEAD /f/a HTTP/1.1\r\nHost: h\r\nRange: bytes=0-1\r\n\r\n");
            var head = client.head();
            assertThat(head.status()).isEqualTo(200);
            assertThat(head.length()).isEqualTo(CONTENT.length);
            assertThat(head.header("Accept-Ranges")).isEqualTo("bytes");
            assertThat(head.header("ETag")).isEqualTo("\"" + FileEdge.ETAG + "\"");
            // Nothing in between.
            assertThat(client.get("/small").head().status()).isEqualTo(200);
        }
        assertThat(server.ended).isEmpty();
    }

    @Test
    void whatIsNoFileIsASmallAnswer() throws IOException {
        try (var client = new RawClient(server.port)) {
            var head = client.get("/f/none").head();
            assertThat(head.status()).isEqualTo(404);
            client.read(head.length());
            head = client.get("/f/broken").head();
            assertThat(head.status()).isEqualTo(500);
            client.read(head.length());
            client.send("POST /f/a HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n\r\nxx");
            assertThat(client.head().status()).isEqualTo(405);
        }
        assertThat(server.ended).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/f/gone", "/f/short"})
    void aFileThatCantBeReadIsOurFault(String path) throws IOException {
        try (var client = new RawClient(server.port)) {
            assertThat(client.get(path).head().status()).isEqualTo(500);
        }
        assertThat(server.end().bytes()).isZero();
        assertThat(server.end().end()).isEqualTo(TransferEnd.CUT_BY_US);
    }

    /** Random ranges, valid and invalid, compared with a simple model. */
    @Test
    void rangesAreExact() throws IOException {
        var random = new Random(7);
        try (var client = new RawClient(server.port)) {
            for (int i = 0; i < 600; i++) {
                int size = CONTENT.length;
                int a = edge(random, size);
                int b = edge(random, size);
                boolean current = random.nextInt(4) > 0;
                String given = current ? "\"" + FileEdge.ETAG + "\"" : "\"other\"";
                int kind = random.nextInt(6);
                String range =
                        switch (kind) {
                            case 0 -> "bytes=" + a + "-" + b;
                            case 1 -> "bytes=" + a + "-";
                            case 2 -> "bytes=-" + a;
                            case 3 -> "bytes=" + a + "-" + b + ",0-0";
                            case 4 -> "Bytes=" + a + "-99999999999999999999";
                            default -> random.nextBoolean() ? "bytes=x-" + b : "lines=1-2";
                        };
                int[] model = model(kind, a, b, size);
                boolean conditional = random.nextInt(3) == 0;
                String[] lines =
                        conditional
                                ? new String[] {"Range: " + range, "If-Range: " + given}
                                : new String[] {"Range: " + range};
                if (conditional && !current) {
                    model = new int[] {0, size};
                }
                var head = client.get("/f/a", lines).head();
                String what = range + (conditional ? " " + given : "");
                boolean whole = model != null && model[1] - model[0] == size && model.length == 2;
                if (model == null) {
                    assertThat(head.status()).as(what).isEqualTo(416);
                    assertThat(head.header("Content-Range")).isEqualTo("bytes */" + size);
                    assertThat(head.length()).isZero();
                    continue;
                }
                byte[] body = client.read(head.length());
                assertThat(Arrays.equals(body, Arrays.copyOfRange(CONTENT, model[0], model[1])))
                        .as(what)
                        .isTrue();
                assertThat(head.status()).as(what).isEqualTo(whole ? 200 : 206);
                assertThat(head.header("Content-Range"))
                        .as(what)
                        .isEqualTo(
                                whole
                                        ? null
                                        : "bytes " + model[0] + "-" + (model[1] - 1) + "/" + size);
            }
        }
        assertThat(server.ended).as("range requests are no evidence").isEmpty();
    }

    private static int edge(Random random, int size) {
        return switch (random.nextInt(5)) {
            case 0 -> random.nextInt(3);
            case 1 -> size - 2 + random.nextInt(4);
            default -> random.nextInt(size);
        };
    }

    /** First byte and end, {@code null} for 416; a third number where all of it is a range. */
    private static int[] model(int kind, int a, int b, int size) {
        return switch (kind) {
            case 0 ->
                    b < a
                            ? new int[] {0, size}
                            : a >= size ? null : new int[] {a, Math.min(b + 1, size), 0};
            case 1, 4 -> a >= size ? null : new int[] {a, size, 0};
            case 2 -> a == 0 ? null : new int[] {Math.max(0, size - a), size, 0};
            default -> new int[] {0, size};
        };
    }

    @Test
    void theOwnerIsToldSo() throws IOException {
        try (var client = new RawClient(server.port)) {
            for (String tag : new String[] {"*", "\"x\", W/\"" + FileEdge.ETAG + "\""}) {
                var head = client.get("/f/a", "If-None-Match: " + tag).head();
                assertThat(head.status()).isEqualTo(304);
                assertThat(head.header("ETag")).isEqualTo("\"" + FileEdge.ETAG + "\"");
                assertThat(head.names()).doesNotContain("Content-Length", "Transfer-Encoding");
            }
            var head = client.get("/f/a", "If-None-Match: \"x\"").head();
            assertThat(head.status()).isEqualTo(200);
            assertThat(client.read(head.length())).isEqualTo(CONTENT);
        }
        assertThat(server.ended).isEmpty();
    }

    @Test
    void manyAtOnceAllGetIt() throws Exception {
        var clients = new ArrayList<Future<Boolean>>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 300; i++) {
                clients.add(
                        threads.submit(() -> {
                            try (var client = new RawClient(server.port)) {
                                int length = client.get("/f/many").head().length();
                                return Arrays.equals(client.read(length), CONTENT);
                            }
                        }));
            }
            for (var client : clients) {
                assertThat(client.get()).isTrue();
            }
        }
        FileEdge.await("all ends", () -> server.ended.size() == 300);
        assertThat(server.ended).allMatch(end -> end.end() == TransferEnd.COMPLETE);
        assertThat(server.ended).allMatch(end -> end.bytes() == CONTENT.length);
        FileEdge.await("a rate", () -> server.edge.downloadRate() > 1_000_000);
    }

    @Test
    void itWaitsForNobody() throws IOException {
        try (var idle = new RawClient(server.port, 4096);
                var client = new RawClient(server.port)) {
            idle.get("/f/idle").head();
            FileEdge.await("a download", () -> server.edge.downloads() == 1);
            assertThat(client.get("/f/b").head().status()).isEqualTo(200);
            assertThat(client.read(CONTENT.length)).isEqualTo(CONTENT);
            idle.reset();
        }
        FileEdge.await("both ends", () -> server.ended.size() == 2);
    }
}
