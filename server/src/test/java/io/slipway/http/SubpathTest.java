package io.slipway.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.Person;
import io.slipway.TestDevice;
import io.slipway.TestServer;
import io.slipway.session.SessionClient;
import io.slipway.sql.TestEngine;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A server below a path of a host that others share. */
class SubpathTest {

    @TempDir Path folder;

    @ParameterizedTest
    @CsvSource({
        "'', /v1/ota/, /v1/ota/",
        "https://h.example, /v1/ota/, /v1/ota/",
        "https://h.example/a, /a/v1/ota/, /v1/ota/",
        "https://h.example/a, /v1/ota/, /v1/ota/",
        "https://h.example/a, /a, /",
        "https://h.example/a, /a/, /",
        "https://h.example/a, /ab/c, /ab/c",
        "https://h.example/a, /a/a/x, /a/x",
        "http://h.example:81/a/b-c, /a/b-c/health, /health",
        "http://h.example:81/a/b-c, /a, /a"
    })
    void thePathIsCutOff(String publicUrl, String called, String expected) {
        assertThat(Subpath.of(publicUrl).cutOff(called)).isEqualTo(expected);
    }

    @Test
    void anOriginHasNoPath() {
        assertThat(Subpath.origin("https://h.example/a/b")).isEqualTo("https://h.example");
        assertThat(Subpath.origin("http://h.example:81")).isEqualTo("http://h.example:81");
        assertThat(Subpath.origin("")).isEmpty();
    }

    @Test
    void devicesAndPeopleComeAboardBelowAPath() throws IOException {
        try (TestServer server =
                TestServer.start(
                        TestEngine.SQLITE, folder, "public.url", "https://home.example/slipway")) {
            var owner = Person.register(server, "owner");
            TestDevice device = TestDevice.of(server, 1);
            assertThat(device.checkIn().at("/websocket/url").asText())
                    .isEqualTo("wss://home.example/slipway/v1/ws/");
            owner.bind(device.code());
            for (String path :
                    new String[] {
                        "/v1/ota/", "/slipway/v1/ota/", "/slipway//v1/ota", "//slipway/v1/ota/"
                    }) {
                assertThat(get(server, path, "")).as(path).startsWith("HTTP/1.1 200");
            }
            String page = get(server, "/slipway/devices", "Accept: text/html\r\n");
            assertThat(page)
                    .startsWith("HTTP/1.1 200")
                    .contains("content=\"/slipway/\"", "\"/slipway/assets/");
            String asset = page.replaceAll("(?s).*\"(/slipway/assets/[^\"]+\\.js)\".*", "$1");
            assertThat(get(server, asset, "")).startsWith("HTTP/1.1 200");
            assertThat(get(server, "/slipway/v1/devices", "")).startsWith("HTTP/1.1 401");
            assertThat(get(server, "/slipway/v1/nothing", "")).startsWith("HTTP/1.1 404");
            assertThat(get(server, "/slipway", "Accept: text/html\r\n")).contains("<title>");
            try (SessionClient client = SessionClient.call(device)) {
                client.next("hello");
            }
        }
    }

    @Test
    void otherProgramsOfTheHostDoNotGetTheLogin() throws IOException {
        try (TestServer server =
                TestServer.start(
                        TestEngine.SQLITE, folder, "public.url", "https://home.example/slipway")) {
            Person.register(server, "owner");
            assertThat(cookie(server, "https://home.example")).contains("Path=/slipway;", "Secure");
            // The server's own port, where it has the whole host.
            assertThat(cookie(server, "http://192.0.2.1:8080")).contains("Path=/;");
        }
    }

    private static String cookie(TestServer server, String origin) throws IOException {
        String body = "{\"username\":\"owner\",\"password\":\"" + Person.password("owner") + "\"}";
        try (var client = new RawClient(server.port())) {
            client.send(
                    "POST /v1/session HTTP/1.1\r\nHost: "
                            + origin.substring(origin.indexOf("//") + 2)
                            + "\r\nOrigin: "
                            + origin
                            + "\r\nX-Slipway-Console: 1\r\nContent-Length: "
                            + body.length()
                            + "\r\n\r\n"
                            + body);
            var head = client.head();
            client.read(head.length());
            return head.header("Set-Cookie");
        }
    }

    private static String get(TestServer server, String path, String headers) throws IOException {
        try (var client = new RawClient(server.port())) {
            client.send("GET " + path + " HTTP/1.1\r\nHost: home.example\r\n" + headers + "\r\n");
            var head = client.head();
            return "HTTP/1.1 "
                    + head.status()
                    + "\r\n"
                    + new String(client.read(head.length()), StandardCharsets.UTF_8);
        }
    }
}
