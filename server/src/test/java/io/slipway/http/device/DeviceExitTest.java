package io.slipway.http.device;

import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.TestServer;
import io.slipway.sql.TestEngine;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The bytes on the wire, which matter to modems and old firmware. */
class DeviceExitTest {

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

    @ParameterizedTest
    @ValueSource(
            strings = {
                "POST /v1/ota HTTP/1.1\r\nHost: h\r\nDevice-Id: d4:06:06:b6:a9:fa\r\n"
                        + "User-Agent: bread-compact-wifi/2.4.2\r\nContent-Length: 2\r\n\r\n{,",
                "POST /xiaozhi/ota/activate/ HTTP/1.1\r\nHost: h\r\n"
                        + "Device-Id: d4:06:06:b6:a9:fa\r\nContent-Length: 0\r\n\r\n",
                "POST /v1/ota/ HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n\r\n{,",
                "POST /v1/ota/ HTTP/1.1\r\nHost: h\r\nContent-Length: 70000\r\n\r\n",
                "POST /v1/ota/ HTTP/1.1\r\nHost: h\r\nContent-Length: 99999999999\r\n\r\n",
                "POST /v1/ota/ HTTP/1.1\r\nHost: h\r\nContent-Length: -1\r\n\r\n",
                "GET /v1/ota/ HTTP/1.1\r\nHost: h\r\n\r\n",
                "GET /v1/ota/?x=1 HTTP/1.1\r\nHost: h\r\n\r\n",
                "PUT /api/ota HTTP/1.1\r\nHost: h\r\nContent-Length: 0\r\n\r\n",
                "GET /v1/ws/ HTTP/1.1\r\nHost: h\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
                        + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
                        + "Sec-WebSocket-Version: 13\r\n\r\n",
                "POST /v1/ota/ HTTP/1.1\r\nHost: h\r\nConnection: Upgrade, HTTP2-Settings\r\n"
                        + "Upgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAoAAAAAIAAAAA\r\n"
                        + "Content-Length: 0\r\n\r\n",
                "NONSENSE\r\n\r\n",
                "POST /v1/ota HTTP/1.1\r\nHost: h\r\nBad Header: x\r\n\r\n",
                "POST /v1/ota/%zz HTTP/1.1\r\nHost: h\r\nContent-Length: 0\r\n\r\n",
                "POST /ota/ HTTP/1.1\r\nHost: h\r\nContent-Length: 0\r\n\r\n",
                "POST /v1/ota HTTP/1.0\r\nContent-Length: 0\r\n\r\n",
                "OPTIONS * HTTP/1.1\r\nHost: h\r\n\r\n"
            })
    void everyAnswerIsOneThatADeviceSurvives(String request) throws IOException {
        Answer answer = send(request);
        assertThat(answer.status())
                .isIn(200, 202, 400, 401, 403, 404, 405, 413, 414, 431, 500, 503);
        assertThat(answer.header("Content-Length"))
                .as("spelled exactly so, greater than 0, and correct")
                .isEqualTo(Integer.toString(answer.body().length));
        assertThat(answer.body().length).isBetween(1, 4095);
        assertThat(answer.names())
                .doesNotContain(
                        "Transfer-Encoding", "Content-Encoding", "Location", "Server", "Vary")
                .doesNotHaveDuplicates()
                .allMatch(name -> Character.isUpperCase(name.charAt(0)));
    }

    @Test
    void aCheckInGetsFourHeadersAndNothingElse() throws IOException {
        Answer answer =
                send(
                        "POST /v1/ota/ HTTP/1.1\r\nHost: h:8080\r\nConnection: close\r\n"
                                + "Device-Id: d4:06:06:b6:a9:fa\r\n"
                                + "User-Agent: b/2.4.2\r\nContent-Length: 2\r\n\r\n{,");
        assertThat(answer.names())
                .containsExactlyInAnyOrder("Content-Type", "Content-Length", "Connection", "Date");
        assertThat(answer.header("Connection")).isEqualTo("close");
        assertThat(answer.header("Content-Type")).isEqualTo("application/json");
        assertThat(new String(answer.body(), StandardCharsets.UTF_8))
                .contains("\"url\":\"ws://h:8080/v1/ws/\"");
    }

    /** decisions D9. */
    @Test
    void aBrowserOfAnotherSiteMayReadEveryAnswer() throws IOException {
        for (String request :
                List.of(
                        "POST /v1/ota/ HTTP/1.1\r\nContent-Length: 2\r\n",
                        "POST /api/ota/activate HTTP/1.1\r\nContent-Length: 2\r\n",
                        "GET /v1/firmware/none HTTP/1.1\r\n",
                        "GET /v1/ota/none HTTP/1.1\r\n")) {
            Answer answer =
                    send(
                            request
                                    + "Host: h\r\nOrigin: http://other.example\r\nCookie: a=b\r\n\r\n"
                                    + (request.startsWith("POST") ? "{}" : ""));
            assertThat(answer.header("Access-Control-Allow-Origin")).as(request).isEqualTo("*");
            assertThat(answer.names())
                    .as(request)
                    .doesNotContain("Access-Control-Allow-Credentials", "Set-Cookie");
        }
    }

    @Test
    void aBrowserIsToldWhatItMaySend() throws IOException {
        for (String path : List.of("/v1/ota/", "/xiaozhi/ota//activate", "/v1/firmware/x")) {
            Answer answer =
                    send(
                            "OPTIONS "
                                    + path
                                    + " HTTP/1.1\r\nHost: h\r\nOrigin: null\r\n"
                                    + "Access-Control-Request-Method: POST\r\n"
                                    + "Access-Control-Request-Private-Network: true\r\n"
                                    + "Access-Control-Request-Headers: client-id,device-id\r\n\r\n");
            assertThat(answer.status()).as(path).isEqualTo(200);
            assertThat(answer.body()).isNotEmpty();
            assertThat(answer.header("Access-Control-Allow-Origin")).isEqualTo("*");
            assertThat(answer.header("Access-Control-Allow-Methods")).contains("POST");
            assertThat(answer.header("Access-Control-Allow-Headers"))
                    .contains("Device-Id", "Client-Id", "Authorization");
            assertThat(answer.header("Access-Control-Allow-Private-Network")).isEqualTo("true");
        }
        // Nobody but a browser sees any of that.
        Answer plain = send("OPTIONS /v1/ota/ HTTP/1.1\r\nHost: h\r\n\r\n");
        assertThat(plain.names())
                .containsExactlyInAnyOrder("Content-Type", "Content-Length", "Connection", "Date");
        // The console's API is not for other sites.
        Answer console =
                send("OPTIONS /v1/agents HTTP/1.1\r\nHost: h\r\nOrigin: http://x.example\r\n\r\n");
        assertThat(console.names()).noneMatch(name -> name.startsWith("Access-Control"));
    }

    @Test
    void longLinesAndHeadersGetASmallAnswer() throws IOException {
        String path = "/" + "a".repeat(9_000);
        assertThat(send("GET " + path + " HTTP/1.1\r\nHost: h\r\n\r\n").status()).isEqualTo(414);
        String header = "X: " + "a".repeat(40_000);
        Answer answer = send("GET / HTTP/1.1\r\nHost: h\r\n" + header + "\r\n\r\n");
        assertThat(answer.status()).isEqualTo(431);
        assertThat(answer.body().length).isLessThan(200);
    }

    @Test
    void aChunkedBodyOverTheLimitIsRefused() throws IOException {
        var request = new StringBuilder("POST /v1/ota/ HTTP/1.1\r\nHost: h\r\n");
        request.append("Transfer-Encoding: chunked\r\n\r\n");
        for (int i = 0; i < 20; i++) {
            request.append("1000\r\n").append(" ".repeat(4096)).append("\r\n");
        }
        assertThat(send(request.append("0\r\n\r\n").toString()).status()).isEqualTo(413);
    }

    @Test
    void aHostThatADeviceCouldNotCallIsNotHandedOut() throws IOException {
        for (String host : List.of("[::1]:8080", "h:99999", "h:80:80", "a b", "u@h", "h\"x")) {
            Answer answer =
                    send(
                            "POST /v1/ota/ HTTP/1.1\r\nHost: "
                                    + host
                                    + "\r\nDevice-Id: d4:06:06:b6:a9:fa\r\n"
                                    + "User-Agent: b/2.4.2\r\nContent-Length: 2\r\n\r\n{,");
            assertThat(new String(answer.body(), StandardCharsets.UTF_8))
                    .as(host)
                    .doesNotContain("websocket");
        }
    }

    private record Answer(int status, List<String> lines, byte[] body) {
        List<String> names() {
            return lines.stream().map(line -> line.substring(0, line.indexOf(':'))).toList();
        }

        String header(String name) {
            return lines.stream()
                    .filter(line -> line.startsWith(name + ": "))
                    .map(line -> line.substring(name.length() + 2))
                    .findFirst()
                    .orElse(null);
        }
    }

    private static Answer send(String request) throws IOException {
        try (var socket = new Socket("127.0.0.1", server.port())) {
            socket.setSoTimeout(10_000);
            socket.getOutputStream().write(request.getBytes(StandardCharsets.UTF_8));
            var head = new StringBuilder();
            while (head.indexOf("\r\n\r\n") < 0) {
                int next = socket.getInputStream().read();
                assertThat(next).as("the response headers: %s", head).isNotNegative();
                head.append((char) next);
            }
            List<String> lines = Arrays.asList(head.toString().strip().split("\r\n"));
            int status = Integer.parseInt(lines.getFirst().split(" ")[1]);
            var answer = new Answer(status, lines.subList(1, lines.size()), new byte[0]);
            String length = answer.header("Content-Length");
            assertThat(length).as("in %s", head).isNotNull();
            byte[] body = socket.getInputStream().readNBytes(Integer.parseInt(length));
            return new Answer(status, answer.lines(), body);
        }
    }
}
