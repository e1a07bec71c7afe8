package io.slipway.http.edge;

import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.TestServer;
import io.slipway.http.RawClient;
import io.slipway.sql.TestEngine;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests that are no valid HTTP, or that two servers could read differently, over raw TCP. */
class MalformedRequestsTest {

    private static final String OTA = "POST /v1/ota/ HTTP/1.1\r\nHost: h\r\n";
    private static final String CONSOLE = "POST /xiaozhi/user/login HTTP/1.1\r\nHost: h\r\n";

    @TempDir static Path folder;
    private static TestServer server;

    @BeforeAll
    static void start() {
        server = TestServer.start(TestEngine.SQLITE, folder);
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private record Got(RawClient.Head head, String body) {}

    private static Got send(RawClient client, String request) throws IOException {
        RawClient.Head head = client.send(request).head();
        byte[] body = client.read(head.length());
        return new Got(head, new String(body, StandardCharsets.UTF_8));
    }

    private static Got send(String request) throws IOException {
        try (var client = new RawClient(server.port())) {
            return send(client, request);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Transfer-Encoding: gzip\r\n\r\n",
                "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
                "Transfer-Encoding: chunked, chunked\r\n\r\n0\r\n\r\n",
                "Transfer-Encoding: identity\r\nContent-Length: 0\r\n\r\n",
                "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
                "Transfer-Encoding:\r\n\r\n",
                "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
                "transfer-encoding: chunked\r\ncontent-length: 4\r\n\r\n0\r\n\r\n",
                "Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
                "Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}}",
                "Content-Length: 2\r\nContent-Length: 2\r\n\r\n{}",
                "Content-Length: 2, 2\r\n\r\n{}",
                "Content-Length: +2\r\n\r\n{}",
                "Content-Length: 0x2\r\n\r\n{}",
                "Content-Length: 2 2\r\n\r\n{}",
                "Content-Length : 2\r\n\r\n{}",
                "Content-Length: 99999999999999999999999\r\n\r\n{}",
                "Host: h\r\nContent-Length: 0\r\n\r\n",
                "host: other\r\nContent-Length: 0\r\n\r\n",
                "X: 1\r\n 2\r\nContent-Length: 0\r\n\r\n",
                "X: 1\r\n\t2\r\nContent-Length: 0\r\n\r\n",
                "X:\r\n Content-Length: 5\r\nContent-Length: 0\r\n\r\n",
                "X: a\0b\r\nContent-Length: 0\r\n\r\n",
                "X Y: 1\r\nContent-Length: 0\r\n\r\n",
                "no colon\r\nContent-Length: 0\r\n\r\n",
                ": 1\r\nContent-Length: 0\r\n\r\n",
                "\rX: 1\r\nContent-Length: 0\r\n\r\n"
            })
    void isRefusedOnBothPlanes(String rest) throws IOException {
        assertThat(send(OTA + "Device-Id: d4:06:06:b6:a9:fa\r\n" + rest).head().status())
                .isEqualTo(400);
        assertThat(send(CONSOLE + rest).head().status()).isEqualTo(400);
    }

    @ParameterizedTest
    @ValueSource(strings = {"HTTP/9.9", "HTTP/1.2", "HTTP/2.0", "HTTP/0.9", "XTTP/1.1", "http/1.x"})
    void anUnknownVersionGetsAnAnswer(String version) throws IOException {
        for (String path : new String[] {"/v1/ota/", "/v1/me", "/"}) {
            Got got = send("POST " + path + " " + version + "\r\nContent-Length: 0\r\n\r\n");
            assertThat(got.head().status()).isEqualTo(400);
            assertThat(got.body()).isEqualTo("error: Invalid HTTP request");
        }
    }

    // device-contract 2.8: firmware looks for it.
    @Test
    void everyRefusalBeginsWithAVersionThatDevicesKnow() throws IOException {
        String longLine = "x".repeat(9_000);
        for (String head :
                new String[] {
                    "400 POST /v1/ota/ HTTP/9.9\r\n",
                    "400 POST /v1/ota/ HTTP/2.0\r\n",
                    "400 POST /v1/ota/ http/1.x\r\n",
                    "400 POST\r\n",
                    "400 \u0001\r\n",
                    "414 GET /v1/ota/" + longLine + " HTTP/1.1\r\n",
                    "414 GET /v1/firmware/" + longLine + " HTTP/1.1\r\n",
                    "414 GET /v1/ws/?" + longLine + " HTTP/1.0\r\n",
                    "431 GET /v1/ota/ HTTP/9.9\r\nX: " + longLine + longLine + "\r\n",
                    "400 GET /v1/ota/ HTTP/1.0\r\nHost: a\r\nHost: b\r\n"
                }) {
            try (var client = new RawClient(server.port())) {
                client.send(head.substring(4) + "Host: h\r\n\r\n");
                assertThat(new String(client.read(13), StandardCharsets.UTF_8))
                        .as(head)
                        .isEqualTo("HTTP/1.1 " + head.substring(0, 4));
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "http://h/v1/ota/, 200",
        "http://u:p@h:99//v1//ota, 200",
        "http://h/v1/ota/?x=http://a/b, 200",
        "/v1/ota/?x=http://a/b, 200",
        "http://evil?/v1/ota/, 400",
        "http://evil?x/v1/ota/, 400",
        "http://h, 200",
        "h:80, 404",
        "v1/ota/, 404"
    })
    void absoluteTargets(String target, int status) throws IOException {
        String head = "GET " + target + " HTTP/1.1\r\nHost: h\r\nDevice-Id: x\r\n\r\n";
        assertThat(send(head).head().status()).isEqualTo(status);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "zz\r\n",
                "-1\r\n",
                "0x2\r\n{}\r\n0\r\n\r\n",
                "ffffffffffffffff\r\n",
                "2\r\n{}}0\r\n\r\n",
                "\r\n"
            })
    void aBrokenChunkGetsAnAnswer(String chunk) throws IOException {
        String chunked = "Transfer-Encoding: chunked\r\n\r\n";
        assertThat(send(OTA + chunked + chunk).head().status()).isEqualTo(400);
        assertThat(send(CONSOLE + chunked + chunk).head().status()).isEqualTo(400);
        try (var client = new RawClient(server.port())) {
            client.send(OTA + chunked + "1\r\n{\r\n");
            assertThat(send(client, chunk).head().status()).isEqualTo(400);
            assertThat(client.ended()).as("what follows is not read as HTTP").isTrue();
        }
    }

    @Test
    void whatFollowsARefusedRequestIsNotReadAsAnother() throws IOException {
        String second = "GET /v1/ota/ HTTP/1.1\r\nHost: h\r\n\r\n";
        for (String first :
                new String[] {
                    OTA + "Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
                    OTA + "Host: x\r\nContent-Length: 0\r\n\r\n",
                    OTA + "X: 1\r\n 2\r\nContent-Length: 0\r\n\r\n"
                }) {
            try (var client = new RawClient(server.port())) {
                assertThat(send(client, first + second).head().status()).isEqualTo(400);
                assertThat(client.ended()).isTrue();
            }
        }
    }

    @Test
    void aFoldedLineIsSeenInAPipelinedRequestAndInPieces() throws IOException {
        String good = "GET /v1/ota/ HTTP/1.1\r\nHost: h\r\n\r\n";
        String folded = "GET /v1/ota/ HTTP/1.1\r\nHost: h\r\nX: 1\r\n 2\r\n\r\n";
        try (var client = new RawClient(server.port())) {
            assertThat(send(client, good + folded).head().status()).isEqualTo(200);
            assertThat(send(client, "").head().status()).isEqualTo(400);
        }
        try (var client = new RawClient(server.port())) {
            for (int i = 0; i < folded.length(); i++) {
                client.send(folded.substring(i, i + 1));
            }
            assertThat(send(client, "").head().status()).isEqualTo(400);
        }
    }

    @Test
    void requestsInARowAreAnsweredInOrderUntilOneCloses() throws IOException {
        String known = OTA + "Device-Id: d4:06:06:b6:a9:fa\r\nUser-Agent: b/2.4.2\r\n";
        String body = "Content-Length: 2\r\n\r\n{,";
        try (var client = new RawClient(server.port())) {
            String rest = known + body + OTA + body + known + "Connection: close\r\n" + body;
            assertThat(send(client, known + body + rest + known + body).head().status())
                    .isEqualTo(200);
            assertThat(send(client, "").head().status()).isEqualTo(200);
            assertThat(send(client, "").body()).contains("Device ID is required");
            assertThat(send(client, "").head().header("Connection")).isEqualTo("close");
            assertThat(client.ended()).isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "2;a=b\r\n{,\r\n0\r\n\r\n",
                "2\r\n{,\r\n0\r\nContent-Length: 5\r\nHost: x\r\n\r\n"
            })
    void extensionsAndTrailersAreIgnored(String chunks) throws IOException {
        String head = OTA + "Device-Id: d4:06:06:b6:a9:fa\r\nUser-Agent: b/2.4.2\r\n";
        assertThat(send(head + "Transfer-Encoding: chunked\r\n\r\n" + chunks).head().status())
                .isEqualTo(200);
    }

    @Test
    void bodiesAndOtherHeadersMayLookLikeAnything() throws IOException {
        String body =
                "{\"application\":{\"version\":\"2.4.2\"},\"a\":\r\n \"Transfer-Encoding: x\",\r\n\t\"Content-Length: 7\":1}\r\n\r\n ";
        String head =
                "\r\nPOST /v1/ota/ HTTP/1.1\r\nHost: h\r\nContent-Lengthy: 7\r\n"
                        + "Transfer-Encodings: x\r\nT: 1\r\nC:2\r\nUser-Agent: b/2.4.2\r\n"
                        + "Device-Id: d4:06:06:b6:a9:fa\r\n";
        try (var client = new RawClient(server.port())) {
            for (int i = 0; i < 3; i++) {
                String length = "Content-Length: " + body.length() + "\r\n\r\n";
                Got got = send(client, head + length + body);
                assertThat(got.head().status()).as(got.body()).isEqualTo(200);
                String chunk = Integer.toHexString(body.length()) + "\r\n" + body + "\r\n0\r\n\r\n";
                assertThat(send(client, head + "Transfer-Encoding: Chunked\r\n\r\n" + chunk).head())
                        .extracting(RawClient.Head::status)
                        .isEqualTo(200);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/xiaozhi/ota//activate",
                "//xiaozhi//ota///activate/",
                "/v1//ota/activate",
                "/api/ota/activate//"
            })
    void repeatedSlashesInADevicesPathAreOne(String path) throws IOException {
        Got got =
                send(
                        "POST "
                                + path
                                + " HTTP/1.1\r\nHost: h\r\nDevice-Id: d4:06:06:b6:a9:fa\r\n"
                                + "Client-Id: 7b94d69a-9808-4c59-9c9b-704333b38aff\r\n"
                                + "User-Agent: b/2.4.2\r\nContent-Length: 2\r\n\r\n{}");
        assertThat(got.head().status()).as(got.body()).isEqualTo(202);
    }

    @ParameterizedTest
    @CsvSource({
        "POST, /xiaozhi/ota/nothing, 404",
        "POST, /xiaozhi/ota/%zz, 404",
        "POST, /xiaozhi//ota/%zz, 404",
        "POST, /v1/ota/activate/x, 404",
        "GET, /v1/ota/../me, 404",
        "GET, /v1/ota/%2e%2e/me, 404",
        "GET, /v1/ws/x, 404",
        "GET, /v1/ws, 400",
        "POST, /v1/ws, 400",
        "GET, /v1/firmware, 404",
        "POST, /v1/firmware/x, 405",
        "GET, /v1/firmware/x, 404",
        "GET, /v1//firmware/%zz, 404",
        "DELETE, /v1/ota/, 405",
        "TRACE, /v1/ota/, 405",
        "PATCH, /v1/ota/activate, 405",
        "post, /v1/ota/, 405",
        "OPTIONS, *, 404",
        "CONNECT, h:80, 404",
        "GET, /v1/ota/#x, 404"
    })
    void theDevicePlaneAnswersForItself(String method, String path, int status) throws IOException {
        String head = method + " " + path + " HTTP/1.1\r\nHost: h\r\nContent-Length: 0\r\n";
        String device = "Device-Id: d4:06:06:b6:a9:fa\r\n";
        Got current = send(head + device + "User-Agent: b/2.4.2\r\n\r\n");
        assertThat(current.head().status()).isEqualTo(status);
        assertThat(current.head().names())
                .containsExactlyInAnyOrder("Content-Type", "Content-Length", "Connection", "Date");
        assertThat(current.body()).startsWith("{\"error\":").doesNotContain("null");
        Got old = send(head + device + "User-Agent: b/1.6.2\r\n\r\n");
        assertThat(old.head().status()).isEqualTo(status);
        assertThat(old.body()).startsWith("error: ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/ota/", "/xiaozhi/oat/", "/v1/otas", "/xiaozhi/%zz", "*"})
    void aDeviceWithAMistypedAddressGetsAnAnswerForDevices(String path) throws IOException {
        String head =
                "POST "
                        + path
                        + " HTTP/1.1\r\nHost: h\r\nDevice-Id: d4:06:06:b6:a9:fa\r\n"
                        + "Content-Length: 0\r\n";
        assertThat(send(head + "User-Agent: b/1.6.2\r\n\r\n").body())
                .isEqualTo("error: No such path: check the OTA address");
        Got got = send(head + "User-Agent: b/2.4.2\r\n\r\n");
        assertThat(got.head().status()).isEqualTo(404);
        assertThat(got.body()).startsWith("{\"error\":").doesNotContain("null");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/v1//me",
                "//v1/me",
                "/v1/x/../me",
                "/v1/%2e%2e/v1/me",
                "/v1%2fme",
                "/v1/x/%2E%2e/me",
                "/assets/../index.html",
                "/."
            })
    void theConsoleIsNotRoutedByAmbiguousPaths(String path) throws IOException {
        Got got = send("GET " + path + " HTTP/1.1\r\nHost: h\r\nAccept-Language: en\r\n\r\n");
        assertThat(got.head().status()).isEqualTo(400);
        assertThat(got.body()).contains("\"msg\":\"Invalid request\"");
    }

    @Test
    void oldFirmwareGetsTextForEveryError() throws IOException {
        String device = "Device-Id: d4:06:06:b6:a9:fa\r\n";
        String unreadable = "Content-Length: 2\r\n\r\n{,";
        String old = "{\"application\":{\"version\":\"1.6.2\"},\"mac_address\":\"x\"}";
        String body = "Content-Length: " + old.length() + "\r\n\r\n" + old;
        assertThat(send(OTA + device + unreadable).body()).startsWith("error: Invalid OTA request");
        assertThat(send(OTA + device + body).body()).startsWith("error: Invalid OTA request");
        assertThat(send(OTA + device + body.replace("1.6.2", "1.6.6")).body()).startsWith("{");
        assertThat(send(OTA + unreadable).body())
                .isEqualTo("{\"error\":\"Device ID is required\"}");
        assertThat(send(OTA + "User-Agent: b/1.6.5\r\n" + unreadable).body())
                .isEqualTo("error: Device ID is required");
        assertThat(send(OTA + "User-Agent: b/1.6.5\r\nContent-Length: 99999\r\n\r\n").body())
                .startsWith("error: Request too large");
    }
}
