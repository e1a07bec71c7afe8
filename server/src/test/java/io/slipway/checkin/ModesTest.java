package io.slipway.checkin;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.slipway.Person;
import io.slipway.TestDevice;
import io.slipway.TestServer;
import io.slipway.http.Json;
import io.slipway.keys.Hmac;
import io.slipway.sql.TestEngine;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Settings that change what devices are given. */
class ModesTest {

    private static final Path BODY =
            Path.of("../protocol/src/test/resources/fixtures/firmware-2.4.2-s3-wifi.body");

    @TempDir Path folder;

    private TestServer server(String... settings) {
        return TestServer.start(TestEngine.SQLITE, folder, settings);
    }

    @Test
    void mqttCredentialsAreInTheFormThatTheGatewayChecks() throws IOException {
        try (TestServer server =
                server(
                        "transport", "mqtt",
                        "mqtt.endpoint", "mqtt.example.com:8883",
                        "mqtt.signature-key", "sign me")) {
            TestDevice device = TestDevice.of(server, 0xb6a9fa);
            JsonNode answer = device.checkIn();
            assertThat(answer.has("websocket")).isFalse();
            JsonNode mqtt = answer.path("mqtt");
            assertThat(mqtt.path("endpoint").asText()).isEqualTo("mqtt.example.com:8883");
            assertThat(mqtt.path("keepalive").isInt()).isTrue();
            String clientId = mqtt.path("client_id").asText();
            String[] parts = clientId.split("@@@");
            assertThat(parts).hasSize(3);
            assertThat(parts[0]).isEqualTo("GID_default");
            assertThat(parts[1]).isEqualTo("d4_06_06_b6_a9_fa");
            assertThat(parts[2]).matches("[0-9a-f-]{36}").isNotEqualTo(device.clientId());
            String username = mqtt.path("username").asText();
            assertThat(Json.read(Base64.getDecoder().decode(username)).isObject()).isTrue();
            byte[] signed =
                    new Hmac("sign me".getBytes(StandardCharsets.UTF_8))
                            .of((clientId + "|" + username).getBytes(StandardCharsets.UTF_8));
            assertThat(mqtt.path("password").asText())
                    .isEqualTo(Base64.getEncoder().encodeToString(signed));
            assertThat(mqtt.path("publish_topic").asText()).isNotEmpty();
            assertThat(mqtt.path("subscribe_topic").asText()).contains("d4_06_06_b6_a9_fa");
            assertThat(device.checkIn().path("mqtt")).isEqualTo(mqtt);
        }
    }

    @Test
    void strictModeHoldsTheTableToTheLetter() throws IOException {
        byte[] body = Files.readAllBytes(BODY);
        try (TestServer server = server("ota.strict", "true")) {
            List<String> all =
                    List.of(
                            "Device-Id", "d4:06:06:b6:a9:fa",
                            "Client-Id", "7b94d69a-9808-4c59-9c9b-704333b38aff",
                            "Activation-Version", "1",
                            "User-Agent", "bread-compact-wifi/2.4.2");
            assertThat(status(server, body, all)).isEqualTo(200);
            for (int missing = 0; missing < 6; missing += 2) {
                var headers = new ArrayList<>(all);
                headers.remove(missing);
                headers.remove(missing);
                assertThat(status(server, body, headers)).as(all.get(missing)).isEqualTo(400);
            }
            var upper = new ArrayList<>(all);
            upper.set(1, "D4:06:06:B6:A9:FA");
            assertThat(status(server, body, upper)).as("not character by character").isEqualTo(400);
            var odd = new ArrayList<>(all);
            odd.set(5, "2.1.1");
            assertThat(status(server, body, odd)).isEqualTo(400);
            String text = new String(body, StandardCharsets.UTF_8);
            for (String field : List.of("mac_address", "application", "board")) {
                byte[] without =
                        text.replace("\"" + field + "\"", "\"x\"").getBytes(StandardCharsets.UTF_8);
                assertThat(status(server, without, all)).as(field).isEqualTo(400);
            }
        }
    }

    private static int status(TestServer server, byte[] body, List<String> headers) {
        return server.call("POST", "/v1/ota/", body, headers.toArray(new String[0])).statusCode();
    }

    @Test
    void addressesFollowThePublicUrlOrTheNamedProxy() throws IOException {
        byte[] body = Files.readAllBytes(BODY);
        String[] forwarded = {
            "Device-Id", "d4:06:06:b6:a9:fa",
            "X-Forwarded-Proto", "https",
            "X-Forwarded-Host", "box.example.com",
            "X-Forwarded-For", "203.0.113.9"
        };
        try (TestServer server = server("http.trusted-proxies", "127.0.0.0/8")) {
            JsonNode answer = Person.json(server.call("POST", "/v1/ota", body, forwarded));
            assertThat(answer.at("/websocket/url").asText())
                    .isEqualTo("wss://box.example.com/v1/ws/");
            assertThat(answer.at("/activation/message").asText())
                    .startsWith("https://box.example.com\n");
        }
        try (TestServer server = server()) {
            JsonNode answer = Person.json(server.call("POST", "/v1/ota", body, forwarded));
            assertThat(answer.at("/websocket/url").asText())
                    .as("that proxy is not trusted")
                    .isEqualTo("ws://127.0.0.1:" + server.port() + "/v1/ws/");
        }
        try (TestServer server = server("public.url", "https://voice.example.com:8443")) {
            JsonNode answer = Person.json(server.call("POST", "/v1/ota", body, forwarded));
            assertThat(answer.at("/websocket/url").asText())
                    .isEqualTo("wss://voice.example.com:8443/v1/ws/");
        }
    }
}
