package io.slipway.reach;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.slipway.Person;
import io.slipway.TestServer;
import io.slipway.sql.TestEngine;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReachRoutesTest {

    @TempDir Path folder;

    private static JsonNode reach(TestServer server, Person who, String used, String... headers) {
        var all = new ArrayList<>(List.of("Authorization", "Bearer " + who.token));
        all.addAll(List.of(headers));
        String path = "/v1/system/reach?address=" + used;
        return Person.json(server.call("GET", path, new byte[0], all.toArray(String[]::new)))
                .path("data");
    }

    @Test
    void theExactUrlsAreShownAndWhatDisagrees() {
        try (TestServer server =
                TestServer.start(TestEngine.SQLITE, folder, "http.trusted-proxies", "127.0.0.1")) {
            Person admin = Person.register(server, "admin");
            String port = server.base().replaceAll(".*:", "");

            JsonNode direct = reach(server, admin, server.base());
            assertThat(direct.path("called").asText()).isEqualTo(server.base());
            assertThat(direct.path("headers")).isEmpty();
            assertThat(direct.path("proxy").isNull()).isTrue();
            assertThat(direct.at("/devices/ota").asText()).isEqualTo(server.base() + "/v1/ota/");
            assertThat(direct.at("/devices/websocket").asText())
                    .isEqualTo("ws://127.0.0.1:" + port + "/v1/ws/");
            assertThat(direct.at("/findings/0/kind").asText()).isEqualTo("local");
            for (JsonNode each : direct.path("lan")) {
                assertThat(each.path("ota").asText())
                        .isEqualTo(
                                "http://"
                                        + each.path("address").asText()
                                        + ":"
                                        + port
                                        + "/v1/ota/");
            }

            String used = "https://h.example:8443";
            JsonNode proxied =
                    reach(
                            server,
                            admin,
                            used,
                            "X-Forwarded-For",
                            "192.0.2.1",
                            "X-Forwarded-Host",
                            "h.example:8443",
                            "X-Forwarded-Proto",
                            "https");
            assertThat(proxied.at("/devices/websocket").asText())
                    .isEqualTo("wss://h.example:8443/v1/ws/");
            assertThat(proxied.at("/devices/firmware").asText()).isEqualTo(used + "/v1/firmware/");
            assertThat(proxied.at("/headers/0/name").asText()).isEqualTo("X-Forwarded-For");
            assertThat(proxied.path("trusted").asBoolean()).isTrue();
            assertThat(proxied.findValuesAsText("kind")).containsExactly("behind-proxy");

            JsonNode wrong = reach(server, admin, used, "X-Forwarded-For", "192.0.2.1");
            assertThat(wrong.at("/findings/0/kind").asText()).isEqualTo("address");
            assertThat(wrong.at("/findings/0/broken").asBoolean()).isTrue();

            // The same is on the overview.
            String path = "/v1/overview?address=" + used;
            JsonNode item = admin.ok("GET", path, "").at("/attention/0");
            assertThat(item.path("kind").asText()).isEqualTo("device-address");
            assertThat(item.at("/text/en").asText()).contains(used, server.base());

            Person user = Person.register(server, "user");
            assertThat(user.ok("GET", path, "").path("attention")).isEmpty();
            assertThat(user.raw("GET", "/v1/system/reach", "").statusCode()).isEqualTo(403);
        }
    }

    @Test
    void anUnnamedProxyIsShownAndCountsForNothing() {
        try (TestServer server = TestServer.start(TestEngine.SQLITE, folder)) {
            Person admin = Person.register(server, "admin");
            String used = "https://h.example";
            JsonNode found =
                    reach(
                            server,
                            admin,
                            used,
                            "Forwarded",
                            "for=192.0.2.1;host=h.example;proto=https");
            assertThat(found.path("proxy").asText()).isEqualTo("127.0.0.1");
            assertThat(found.path("trusted").asBoolean()).isFalse();
            assertThat(found.path("called").asText()).isEqualTo(server.base());
            assertThat(found.at("/findings/0/todo/en").asText())
                    .isEqualTo("Set http.trusted-proxies=127.0.0.1");
        }
    }
}
