package io.slipway.http.console;

import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.TestClock;
import io.slipway.http.HttpConfig;
import io.slipway.http.RawClient;
import io.slipway.http.RawClient.Head;
import io.slipway.http.Response;
import io.slipway.http.RouteScope;
import io.slipway.http.Subpath;
import io.slipway.http.device.DeviceRoute;
import io.slipway.http.edge.Edge;
import io.slipway.protocol.ota.Reply;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.jar.JarOutputStream;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The web UI's files on the wire, from a jar and from a folder. */
@ParameterizedClass
@EnumSource(UiFilesTest.Packaging.class)
class UiFilesTest {

    enum Packaging {
        IN_A_JAR,
        IN_A_FOLDER
    }

    private static final String INDEX = "<!doctype html><title>Slipway</title>".repeat(20);
    private static final String SCRIPT = "console.log('hello');".repeat(100);

    @Parameter Packaging packaging;
    @TempDir Path folder;
    private Edge edge;
    private int port;

    @BeforeEach
    void start() throws IOException {
        var files = new LinkedHashMap<String, byte[]>();
        files.put("index.html", bytes(INDEX));
        files.put("index.html.gz", gzip(INDEX));
        files.put("assets/app-1a2b3c.js", bytes(SCRIPT));
        files.put("assets/app-1a2b3c.js.gz", gzip(SCRIPT));
        // Not real compression; only the choice of the file matters.
        files.put("assets/app-1a2b3c.js.br", bytes("brotli"));
        files.put("assets/small-1.css", bytes("a{}"));
        files.put("assets/small-1.css.gz", gzip("a{}"));
        files.put("favicon.svg", bytes("<svg/>"));
        var others = Map.of("other/secret.txt", bytes("no"), "secret.txt", bytes("no"));
        try (var loader =
                packaging == Packaging.IN_A_JAR ? jar(files, others) : disk(files, others)) {
            start(UiFiles.read(loader, "console/", new Subpath("")));
        }
    }

    private void start(UiFiles pages) {
        var config =
                new HttpConfig("127.0.0.1", 0, List.of(), "", Duration.ofSeconds(30), 0, 65_536);
        edge = new Edge(config, new TestClock(), fault -> null);
        edge.pages(pages);
        edge.device(
                "/v1/ota/",
                new DeviceRoute(
                        request -> new DeviceRoute.AnswerNow(Reply.error(400, "as ever", null))));
        edge.route(RouteScope.OPEN, "GET", "/", request -> Response.html("front"));
        edge.route(
                RouteScope.OPEN,
                "GET",
                "/v1/devices/{mac}",
                request -> Response.ok(request.path("mac")));
        port = edge.start();
    }

    @AfterEach
    void stop() {
        edge.close();
    }

    private URLClassLoader jar(Map<String, byte[]> files, Map<String, byte[]> others)
            throws IOException {
        Path jar = folder.resolve("console.jar");
        try (var out = new JarOutputStream(Files.newOutputStream(jar))) {
            for (var all : List.of(files, others)) {
                for (var file : all.entrySet()) {
                    String prefix = all == files ? "console/" : "";
                    out.putNextEntry(new ZipEntry(prefix + file.getKey()));
                    out.write(file.getValue());
                }
            }
        }
        return loader(jar);
    }

    private URLClassLoader disk(Map<String, byte[]> files, Map<String, byte[]> others)
            throws IOException {
        for (var all : List.of(files, others)) {
            for (var file : all.entrySet()) {
                String prefix = all == files ? "console/" : "";
                Path path = folder.resolve(prefix + file.getKey());
                Files.createDirectories(path.getParent());
                Files.write(path, file.getValue());
            }
        }
        return loader(folder);
    }

    private static URLClassLoader loader(Path path) throws IOException {
        return new URLClassLoader(new URL[] {path.toUri().toURL()}, null);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] gzip(String text) throws IOException {
        var packed = new ByteArrayOutputStream();
        try (var out = new GZIPOutputStream(packed)) {
            out.write(bytes(text));
        }
        return packed.toByteArray();
    }

    private record Got(Head head, byte[] body) {
        String text() {
            return new String(body, StandardCharsets.UTF_8);
        }

        String header(String name) {
            return head.header(name);
        }
    }

    private Got get(String path, String... headers) throws IOException {
        try (var client = new RawClient(port)) {
            Head head = client.get(path, headers).head();
            int length = head.status() == 304 ? 0 : head.length();
            return new Got(head, client.read(length));
        }
    }

    @Test
    void anAssetIsCachedForAYearAndTheIndexIsRevalidated() throws IOException {
        Got script = get("/assets/app-1a2b3c.js");
        assertThat(script.head().status()).isEqualTo(200);
        assertThat(script.text()).isEqualTo(SCRIPT);
        assertThat(script.header("Content-Type")).isEqualTo("text/javascript; charset=utf-8");
        assertThat(script.header("Cache-Control")).isEqualTo("public, max-age=31536000, immutable");
        assertThat(script.header("Content-Encoding")).isNull();
        assertThat(script.header("Vary")).isEqualTo("Accept-Encoding");
        assertThat(script.header("X-Content-Type-Options")).isEqualTo("nosniff");
        Got index = get("/");
        assertThat(index.text()).isEqualTo(INDEX);
        assertThat(index.header("Cache-Control")).isEqualTo("no-cache");
        assertThat(index.header("Content-Security-Policy"))
                .contains("default-src 'none'", "frame-ancestors 'none'")
                .doesNotContain("unsafe-inline", "'unsafe-eval'", "*");
        assertThat(index.header("Permissions-Policy")).contains("microphone=(self)");
        assertThat(index.header("Referrer-Policy")).isEqualTo("no-referrer");
        assertThat(get("/favicon.svg").header("Cache-Control")).isEqualTo("no-cache");
        assertThat(get("/favicon.svg").header("Content-Type")).isEqualTo("image/svg+xml");
    }

    @Test
    void clientsThatAcceptCompressionGetIt() throws IOException {
        Got gzip = get("/assets/app-1a2b3c.js", "Accept-Encoding: gzip, deflate");
        assertThat(gzip.header("Content-Encoding")).isEqualTo("gzip");
        assertThat(gzip.body()).isEqualTo(gzip(SCRIPT));
        assertThat(gzip.header("Content-Type")).isEqualTo("text/javascript; charset=utf-8");
        Got both = get("/assets/app-1a2b3c.js", "Accept-Encoding: gzip, deflate, br, zstd");
        assertThat(both.header("Content-Encoding")).isEqualTo("br");
        assertThat(both.text()).isEqualTo("brotli");
        Got neither = get("/assets/app-1a2b3c.js", "Accept-Encoding: gzip;q=0, br; q=0.0");
        assertThat(neither.header("Content-Encoding")).isNull();
        Got index = get("/", "Accept-Encoding: br, gzip");
        assertThat(index.header("Content-Encoding")).isEqualTo("gzip");
        Got small = get("/assets/small-1.css", "Accept-Encoding: gzip");
        assertThat(small.header("Content-Encoding")).as("compression would enlarge it").isNull();
    }

    @Test
    void whatTheBrowserHasIsNotSentAgain() throws IOException {
        String plain = get("/").header("ETag");
        String packed = get("/", "Accept-Encoding: gzip").header("ETag");
        assertThat(plain).isNotEqualTo(packed);
        Got same = get("/", "If-None-Match: \"x\", " + plain);
        assertThat(same.head().status()).isEqualTo(304);
        assertThat(same.header("ETag")).isEqualTo(plain);
        assertThat(same.header("Content-Security-Policy")).isNotNull();
        assertThat(get("/", "If-None-Match: " + packed).head().status()).isEqualTo(200);
        assertThat(get("/", "Accept-Encoding: gzip", "If-None-Match: W/" + packed).head().status())
                .isEqualTo(304);
    }

    @Test
    void aHeadHasNoBody() throws IOException {
        try (var client = new RawClient(port)) {
            client.send("HEAD / HTTP/1.1\r\nHost: h\r\n\r\n");
            Head head = client.head();
            assertThat(head.status()).isEqualTo(200);
            assertThat(head.length()).isEqualTo(INDEX.length());
            assertThat(client.get("/favicon.svg").head().header("Content-Type"))
                    .as("the next answer on the same connection")
                    .isEqualTo("image/svg+xml");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"POST", "PUT", "DELETE", "OPTIONS"})
    void filesAreForReading(String method) throws IOException {
        for (String path : List.of("/", "/assets/app-1a2b3c.js")) {
            try (var client = new RawClient(port)) {
                client.send(method + " " + path + " HTTP/1.1\r\nHost: h\r\n\r\n");
                assertThat(client.head().status()).isEqualTo(405);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/devices/d4:06:06:b6:a9:fa",
                "/rollouts/019a?tab=timeline",
                "/firmware/2.4.2",
                "/api",
                "/%E5%81%A5%E5%BA%B7"
            })
    void aDeepLinkOpensTheIndexInABrowserOnly(String path) throws IOException {
        Got page = get(path, "Accept: text/html,application/xhtml+xml,*/*;q=0.8");
        assertThat(page.head().status()).isEqualTo(200);
        assertThat(page.text()).isEqualTo(INDEX);
        assertThat(page.header("Cache-Control")).isEqualTo("no-cache");
        assertThat(page.header("Content-Security-Policy")).isNotNull();
        Got data = get(path, "Accept: */*");
        assertThat(data.head().status()).isEqualTo(404);
        assertThat(data.text()).contains("\"code\":404");
        assertThat(get(path).head().status()).isEqualTo(404);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/assets/gone-1.js", "/v1/nothing", "/xiaozhi/nothing", "/api/nothing"})
    void aPathWithoutAPageIsNotFoundForAnyClient(String path) throws IOException {
        Got got = get(path, "Accept: text/html");
        assertThat(got.head().status()).isEqualTo(404);
        assertThat(got.text()).contains("\"code\":404", "没有这个地址").doesNotContain("<");
        assertThat(got.header("Content-Security-Policy")).isNull();
    }

    @Test
    void nothingOutsideTheFolderIsServed() throws IOException {
        for (String path : List.of("/secret.txt", "/other/secret.txt")) {
            assertThat(get(path).text()).as(path).contains("\"code\":404");
        }
        for (String path :
                List.of(
                        "/../secret.txt",
                        "//etc/passwd",
                        "/assets/../../secret.txt",
                        "/assets/..%2f..%2fsecret.txt",
                        "/assets/%2e%2e/index.html")) {
            assertThat(get(path, "Accept: text/html").text()).as(path).contains("\"code\":400");
        }
    }

    @Test
    void devicesAndTheApiAnswerAsEver() throws IOException {
        try (var client = new RawClient(port)) {
            Head head = client.get("/v1/ota/", "Accept: text/html").head();
            assertThat(head.status()).isEqualTo(400);
            assertThat(head.names())
                    .containsExactlyInAnyOrder(
                            "Content-Type", "Content-Length", "Date", "Connection");
        }
        assertThat(get("/v1/devices/1", "Accept: text/html").text())
                .isEqualTo("{\"code\":0,\"msg\":\"success\",\"data\":\"1\"}");
    }

    @Test
    void withoutAWebUiEverythingIsAsBefore() throws IOException {
        edge.close();
        try (var empty = new URLClassLoader(new URL[0], null)) {
            UiFiles none = UiFiles.read(empty, "console/", new Subpath(""));
            assertThat(none.has("/index.html")).isFalse();
            start(none);
        }
        assertThat(get("/", "Accept: text/html").text()).isEqualTo("front");
        assertThat(get("/devices", "Accept: text/html").head().status()).isEqualTo(404);
    }
}
