package io.slipway.simulator.strict;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.slipway.simulator.CannedServer;
import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class StrictHttpTest {

    private static Response read(String raw) throws IOException {
        return StrictHttp.read(new ByteArrayInputStream(raw.getBytes(UTF_8)));
    }

    private static String head(String... lines) {
        return "HTTP/1.1 200 OK\r\n" + String.join("\r\n", lines) + "\r\n\r\n";
    }

    private static String rule(String raw) {
        return catchThrowableOfType(RuleBroken.class, () -> read(raw)).rule();
    }

    @Test
    void flawless() throws IOException {
        Response response =
                read(
                        head(
                                        "Content-Type: application/json; charset=utf-8",
                                        "Content-Length: 2",
                                        "Connection: close")
                                + "{}");
        assertThat(response.status()).isEqualTo(200);
        assertThat(response.body()).asString(UTF_8).isEqualTo("{}");
        assertThat(response.warnings()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {202, 400, 403, 404, 500, 503})
    void errorsAreAnswersToo(int status) throws IOException {
        assertThat(read(CannedServer.http(status, "{\"error\":\"x\"}")).status()).isEqualTo(status);
    }

    @ParameterizedTest
    @CsvSource({
        "content-length: 2",
        "CONTENT-LENGTH: 2",
        "Content-length: 2",
        "Content-Length: 0",
        "Content-Length: -1",
        "Content-Length: +2",
        "Content-Length: x",
        "Content-Length: 8192",
        "Content-Length: 99999999999999",
        "Content-Length:",
        "X-Other: 2"
    })
    void theLengthMustBeThereInItsExactSpelling(String line) {
        assertThat(rule(head("Content-Type: application/json", line) + "{}")).isEqualTo("R5");
    }

    @ParameterizedTest
    @CsvSource({
        "Transfer-Encoding: chunked",
        "transfer-encoding: identity",
        "Content-Encoding: gzip",
        "content-encoding: deflate"
    })
    void neverChunkedNeverPacked(String line) {
        String raw = head("Content-Type: application/json", "Content-Length: 2", line) + "{}";
        assertThat(rule(raw)).isEqualTo("R5");
    }

    @Test
    void chunked() {
        String raw =
                head("Content-Type: application/json", "Transfer-Encoding: chunked")
                        + "2\r\n{}\r\n0\r\n\r\n";
        assertThat(rule(raw)).isEqualTo("R5");
    }

    @ParameterizedTest
    @ValueSource(ints = {100, 101, 103, 204, 301, 302, 304, 307, 308})
    void statusesOfRuleFive(int status) {
        assertThat(rule(CannedServer.http(status, "{}"))).isEqualTo("R5");
    }

    @Test
    void tooManyRequestsMeansNothingToADevice() {
        assertThat(rule(CannedServer.http(429, "{}"))).isEqualTo("§4");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HTTP/2 200 OK",
                "HTTP/1.1 OK",
                "HTTP/1.1 20 OK",
                "http/1.1 200 OK",
                "HTTP/1.1  200 OK",
                "200 OK",
                ""
            })
    void statusLine(String line) {
        assertThat(rule(line + "\r\nContent-Length: 2\r\n\r\n{}")).isEqualTo("§2.8");
    }

    @ParameterizedTest
    @ValueSource(strings = {"no colon here", ": no name", "a b: c", "Name : c", " folded: c"})
    void headerLines(String line) {
        String raw = head("Content-Type: application/json", "Content-Length: 2", line) + "{}";
        assertThat(rule(raw)).isEqualTo("§2.8");
    }

    @Test
    void repeatedHeader() {
        String raw =
                head("Content-Type: application/json", "Content-Length: 2", "Content-Length: 2")
                        + "{}";
        assertThat(rule(raw)).isEqualTo("§2.8");
    }

    @Test
    void lineFeedsAlone() {
        assertThat(rule("HTTP/1.1 200 OK\nContent-Length: 2\n\n{}")).isEqualTo("§2.8");
        assertThat(rule("HTTP/1.1 200 OK\r\n\n{}")).isEqualTo("§2.8");
    }

    @Test
    void headersWithoutEnd() {
        assertThat(rule("HTTP/1.1 200 OK\r\nX: " + "y".repeat(10_000))).isEqualTo("§2.8");
    }

    @ParameterizedTest
    @ValueSource(strings = {"text/plain", "text/html; charset=utf-8", "application/problem+json"})
    void contentType(String type) {
        assertThat(rule(head("Content-Type: " + type, "Content-Length: 2") + "{}"))
                .isEqualTo("§2.8");
        assertThat(rule(head("Content-Length: 2") + "{}")).isEqualTo("§2.8");
    }

    @Test
    void bodyFromTheSizeThatLocksDevicesUp() throws IOException {
        String large = "{\"x\":\"" + "y".repeat(4088) + "\"}";
        assertThat(read(CannedServer.http(200, large)).warnings())
                .singleElement()
                .asString()
                .startsWith("R5");
        assertThat(read(CannedServer.http(200, large.replaceFirst("y", ""))).warnings()).isEmpty();
        String most = "{\"x\":\"" + "y".repeat(8191 - 8) + "\"}";
        assertThat(read(CannedServer.http(500, most)).body()).hasSize(8191);
        String deadly = "{\"x\":\"" + "y".repeat(8192 - 8) + "\"}";
        assertThat(rule(CannedServer.http(200, deadly))).isEqualTo("R5");
        assertThat(rule(CannedServer.http(500, deadly))).isEqualTo("R5");
    }

    @Test
    void longHeadersAreAWarning() throws IOException {
        Response response =
                read(
                        head(
                                        "Content-Type: application/json",
                                        "Content-Length: 2",
                                        "X-Trace: " + "y".repeat(600))
                                + "{}");
        assertThat(response.warnings()).singleElement().asString().startsWith("§2.8");
    }

    @Test
    void moreThanTheLength() {
        String raw = head("Content-Type: application/json", "Content-Length: 2") + "{}\r\n";
        assertThat(rule(raw)).isEqualTo("R5");
    }

    @Test
    void aCutConnectionIsTheNetworksFault() {
        for (String raw :
                new String[] {
                    "",
                    "HTTP/1.1 200 OK\r\n",
                    head("Content-Type: application/json", "Content-Length: 3") + "{}"
                }) {
            assertThatThrownBy(() -> read(raw)).isInstanceOf(EOFException.class);
        }
    }
}
