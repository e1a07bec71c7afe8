package io.slipway.http.file;

import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.TestClock;
import io.slipway.http.HttpConfig;
import io.slipway.http.Problem;
import io.slipway.http.RawClient;
import io.slipway.http.Request;
import io.slipway.http.Response;
import io.slipway.http.RouteScope;
import io.slipway.http.TestLimits;
import io.slipway.http.edge.Edge;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Uploads: complete, within their limits, or rejected without leftovers. */
class UploadsTest {

    private static final int MOST = 1_000_000;
    private static final TransferTimeouts HURRY =
            new TransferTimeouts(Duration.ofSeconds(2), Duration.ofSeconds(2));

    @TempDir Path folder;
    private final AtomicInteger received = new AtomicInteger();
    private Path arriving;
    private Edge edge;
    private int port;

    @BeforeEach
    void start() throws IOException {
        arriving = folder.resolve("deep/arriving");
        Files.createDirectories(arriving);
        Files.writeString(arriving.resolve("upload-left-over.tmp"), "x");
        var config =
                new HttpConfig("127.0.0.1", 0, List.of(), "", Duration.ofSeconds(75), 0, 65_536);
        var limits = TestLimits.hurry(config.idleTimeout(), HURRY.silence());
        edge = new Edge(config, new TestClock(), fault -> null, HURRY, limits);
        edge.upload(
                RouteScope.OPEN,
                "POST",
                "/up/{name}",
                MOST,
                arriving,
                new UploadRoute(this::accept));
        edge.route(RouteScope.READ, "GET", "/small", request -> Response.ok("small"));
        port = edge.start();
        assertThat(left()).as("left by an earlier process").isEmpty();
    }

    @AfterEach
    void stop() {
        FileEdge.await("files to be removed", () -> left().isEmpty());
        FileEdge.await("files to be closed", () -> descriptors() == 0);
        edge.close();
    }

    private UploadRoute.Sink accept(Request request) {
        if (request.path("name").equals("forbidden")) {
            throw new Problem(403, "不可以", "You may not");
        }
        return got -> {
            received.incrementAndGet();
            try {
                var answer = new TreeMap<String, Object>(got.fields());
                answer.put("_name", got.filename());
                answer.put("_size", got.size());
                answer.put("_hash", hash(Files.readAllBytes(got.file())));
                if (request.path("name").equals("kept")) {
                    Path kept = folder.resolve("kept");
                    Files.move(got.file(), kept, StandardCopyOption.ATOMIC_MOVE);
                }
                return Response.ok(answer);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        };
    }

    private static String hash(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }

    private List<Path> left() {
        try (var files = Files.list(arriving)) {
            return files.toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private long descriptors() {
        try (var all = Files.newDirectoryStream(Path.of("/proc/self/fd"))) {
            long count = 0;
            for (Path one : all) {
                try {
                    count += Files.readSymbolicLink(one).startsWith(folder) ? 1 : 0;
                } catch (IOException closed) {
                    // It was closed meanwhile.
                }
            }
            return count;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A form as sent by clients. */
    private static final class Form {
        private static final String EDGE = "------------------------x7f3";
        private final ByteArrayOutputStream out = new ByteArrayOutputStream();

        Form field(String name, String value) {
            return text("--" + EDGE + "\r\nContent-Disposition: form-data; name=\"" + name)
                    .text("\"\r\n\r\n" + value + "\r\n");
        }

        Form file(String name, String filename, byte[] content) {
            text("--" + EDGE + "\r\nContent-Disposition: form-data; name=\"" + name);
            text("\"; filename=\"" + filename + "\"\r\n");
            text("Content-Type: application/octet-stream\r\n\r\n");
            out.writeBytes(content);
            return text("\r\n");
        }

        Form text(String text) {
            out.writeBytes(text.getBytes(StandardCharsets.UTF_8));
            return this;
        }

        byte[] end() {
            text("--" + EDGE + "--\r\n");
            return out.toByteArray();
        }
    }

    private static final String FORM = "multipart/form-data; boundary=" + Form.EDGE;

    private static String head(String path, String type, String more) {
        return "POST /up/"
                + path
                + " HTTP/1.1\r\nHost: h\r\nAccept-Language: en\r\nContent-Type: "
                + type
                + "\r\n"
                + more
                + "\r\n\r\n";
    }

    private static String length(long bytes) {
        return "Content-Length: " + bytes;
    }

    private record Answer(int status, String body) {}

    private static Answer answer(RawClient client) throws IOException {
        var head = client.head();
        return new Answer(
                head.status(), new String(client.read(head.length()), StandardCharsets.UTF_8));
    }

    private Answer post(String path, String type, byte[] body) throws IOException {
        try (var client = new RawClient(port)) {
            return answer(client.send(head(path, type, length(body.length))).send(body));
        }
    }

    @Test
    void anySizeInAnyPieces() throws IOException {
        var random = new Random(3);
        try (var client = new RawClient(port)) {
            for (int i = 0; i < 60; i++) {
                var content = new byte[1 + random.nextInt(i % 10 == 0 ? MOST : 20_000)];
                // Line ends and dashes, with which a boundary begins.
                for (int b = 0; b < content.length; b++) {
                    content[b] =
                            i % 3 == 0
                                    ? (byte) "\r\n--x7f3".charAt(random.nextInt(8))
                                    : (byte) random.nextInt();
                }
                byte[] body =
                        new Form()
                                .field("note", "客厅 " + i)
                                .file("file", "../固件/v" + i + ".bin", content)
                                .field("empty", "")
                                .end();
                boolean chunked = random.nextBoolean();
                String how = chunked ? "Transfer-Encoding: chunked" : length(body.length);
                client.send(head("a", FORM, how));
                for (int from = 0; from < body.length; ) {
                    int most = random.nextBoolean() ? 100 : 30_000;
                    int length = Math.min(body.length - from, 1 + random.nextInt(most));
                    var piece = new ByteArrayOutputStream();
                    if (chunked) {
                        piece.writeBytes(
                                (Integer.toHexString(length) + "\r\n")
                                        .getBytes(StandardCharsets.UTF_8));
                    }
                    piece.write(body, from, length);
                    if (chunked) {
                        piece.writeBytes("\r\n".getBytes(StandardCharsets.UTF_8));
                    }
                    client.send(piece.toByteArray());
                    from += length;
                }
                if (chunked) {
                    client.send("0\r\n\r\n");
                }
                var answer = answer(client);
                assertThat(answer.status()).as(answer.body()).isEqualTo(200);
                assertThat(answer.body())
                        .contains("\"_hash\":\"" + hash(content) + "\"")
                        .contains("\"_size\":" + content.length)
                        .contains("\"_name\":\"v" + i + ".bin\"")
                        .contains("\"note\":\"客厅 " + i + "\"")
                        .contains("\"empty\":\"\"");
            }
        }
    }

    @Test
    void whatIsMovedAwayStays() throws IOException {
        byte[] content = {1, 2, 3};
        assertThat(post("kept", FORM, new Form().file("file", "f", content).end()).status())
                .isEqualTo(200);
        assertThat(folder.resolve("kept")).hasBinaryContent(content);
    }

    @Test
    void nobodyIsAskedForABodyInVain() throws IOException {
        byte[] body = new Form().file("file", "f", new byte[10]).end();
        String expect = length(body.length) + "\r\nExpect: 100-continue";
        try (var client = new RawClient(port)) {
            assertThat(client.send(head("a", FORM, expect)).head().status()).isEqualTo(100);
            assertThat(answer(client.send(body)).status()).isEqualTo(200);
        }
        try (var client = new RawClient(port)) {
            assertThat(client.send(head("forbidden", FORM, expect)).head().status()).isEqualTo(403);
        }
        try (var client = new RawClient(port)) {
            String huge = length(50_000_000_000L) + "\r\nExpect: 100-continue";
            assertThat(client.send(head("a", FORM, huge)).head().status()).isEqualTo(413);
        }
        assertThat(received).hasValue(1);
    }

    /** The answer arrives although the client only reads after sending everything. */
    @Test
    void aRefusedClientGetsTheReason() throws IOException {
        byte[] body = new Form().file("file", "f", new byte[8_000_000]).end();
        assertThat(post("forbidden", FORM, body)).isEqualTo(problem(403, "You may not", ""));
        assertThat(post("a", FORM, body))
                .isEqualTo(problem(413, "The file may have at most 1000000 bytes", ""));
        try (var client = new RawClient(port)) {
            client.send(head("a", FORM, "Transfer-Encoding: chunked"));
            client.send(Integer.toHexString(body.length) + "\r\n").send(body);
            assertThat(answer(client).status()).isEqualTo(413);
        }
        assertThat(received).hasValue(0);
    }

    private static Answer problem(int code, String msg, String field) {
        String data = field.isEmpty() ? "null" : "{\"field\":\"" + field + "\"}";
        String body = "{\"code\":" + code + ",\"msg\":\"" + msg + "\",\"data\":" + data + "}";
        return new Answer(code, body);
    }

    @Test
    void theLimitIsExact() throws IOException {
        byte[] most = new Form().file("file", "f", new byte[MOST]).end();
        byte[] more = new Form().file("file", "f", new byte[MOST + 1]).end();
        assertThat(post("a", FORM, most).status()).isEqualTo(200);
        assertThat(post("a", FORM, more).status()).isEqualTo(413);
    }

    @Test
    void badForms() throws IOException {
        var bad = new TreeMap<String, Answer>();
        byte[] one = {1};
        var wanted = "file: is missing";
        check(bad, new Form().field("a", "b").end(), problem(400, wanted, "file"));
        check(bad, new byte[0], problem(400, wanted, "file"));
        check(bad, "hello".getBytes(StandardCharsets.UTF_8), null);
        check(
                bad,
                new Form().file("file", "a", one).file("file", "b", one).end(),
                problem(400, "file: only one file is allowed", "file"));
        check(
                bad,
                new Form().file("other", "a", one).end(),
                problem(400, "other: unexpected file", "other"));
        check(
                bad,
                new Form().field("file", "text").end(),
                problem(400, "file: must be a file, with a filename", "file"));
        check(
                bad,
                new Form().file("file", "a", new byte[0]).end(),
                problem(400, "file: is empty", "file"));
        var fields = new Form();
        for (int i = 0; i < UploadRoute.MAX_FIELDS + 1; i++) {
            fields.field("f" + i, "x");
        }
        check(bad, fields.file("file", "a", one).end(), problem(400, "At most 20 text fields", ""));
        var text = new Form();
        for (int i = 0; i < 5; i++) {
            text.field("f" + i, "x".repeat(15_000));
        }
        check(
                bad,
                text.file("file", "a", one).end(),
                problem(413, "The text fields together may have at most 65536 bytes", ""));
        check(
                bad,
                new Form().field("f", "x".repeat(900_000)).file("file", "a", one).end(),
                problem(413, "The text fields together may have at most 65536 bytes", ""));
        // Cut in the middle of the file: the rest is missing.
        byte[] whole = new Form().file("file", "a", new byte[5_000]).end();
        check(bad, java.util.Arrays.copyOf(whole, 3_000), null);
        assertThat(received).hasValue(0);
        assertThat(bad).isEmpty();
        String wrong = "The body must be multipart/form-data with a boundary";
        for (String type : List.of("application/json", "multipart/form-data", "multipart/mixed")) {
            assertThat(post("a", type, whole)).as(type).isEqualTo(problem(415, wrong, ""));
        }
    }

    private void check(Map<String, Answer> bad, byte[] body, Answer wanted) throws IOException {
        Answer answer = post("a", FORM, body);
        if (wanted == null ? answer.status() != 400 : !answer.equals(wanted)) {
            String start = new String(body, 0, Math.min(200, body.length), StandardCharsets.UTF_8);
            bad.put(start, answer);
        }
    }

    /**
     * Bytes changed and parts removed at random: there is always an answer, and nothing is left
     * behind.
     */
    @Test
    void hostileForms() throws IOException {
        var random = new Random(5);
        for (int i = 0; i < 300; i++) {
            byte[] body =
                    new Form()
                            .field("a", "b")
                            .file("file", "f", new byte[random.nextInt(3_000)])
                            .field("c", "d")
                            .end();
            for (int n = random.nextInt(6); n >= 0; n--) {
                int at = random.nextInt(body.length);
                body[at] = (byte) "\r\n-:;\"\0=\u00ff".charAt(random.nextInt(9));
            }
            if (random.nextInt(3) == 0) {
                body = java.util.Arrays.copyOf(body, random.nextInt(body.length));
            }
            var answer = post("a", FORM, body);
            assertThat(answer.status()).as(answer.body()).isIn(200, 400, 413);
        }
    }

    @Test
    void aNodeThatLeavesOrFallsSilentLeavesNothing() throws IOException {
        byte[] body = new Form().file("file", "f", new byte[500_000]).end();
        try (var gone = new RawClient(port);
                var silent = new RawClient(port)) {
            for (var client : List.of(gone, silent)) {
                client.send(head("a", FORM, length(body.length)));
                client.send(java.util.Arrays.copyOf(body, 300_000));
            }
            FileEdge.await("both files", () -> left().size() == 2);
            gone.reset();
            FileEdge.await("one to go", () -> left().size() == 1);
            assertThat(answer(silent))
                    .isEqualTo(problem(408, "The upload stalled or was too slow", ""));
        }
        assertThat(received).hasValue(0);
    }

    @Test
    void fourAtOnce() throws IOException {
        byte[] body = new Form().file("file", "f", new byte[500_000]).end();
        var clients = new ArrayList<RawClient>();
        try {
            for (int i = 0; i < 4; i++) {
                var client = new RawClient(port);
                clients.add(client);
                client.send(head("a", FORM, length(body.length)));
                client.send(java.util.Arrays.copyOf(body, 300_000));
            }
            FileEdge.await("four files", () -> left().size() == 4);
            assertThat(post("a", FORM, body).status()).isEqualTo(503);
            clients.getFirst().reset();
            FileEdge.await("a place", () -> left().size() == 3);
            FileEdge.await(
                    "an upload",
                    () -> {
                        try {
                            return post("a", FORM, body).status() == 200;
                        } catch (IOException e) {
                            throw new UncheckedIOException(e);
                        }
                    });
        } finally {
            for (var client : clients) {
                client.reset();
            }
        }
    }
}
