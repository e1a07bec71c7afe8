package io.slipway.activation;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.slipway.Person;
import io.slipway.TestClock;
import io.slipway.TestServer;
import io.slipway.sql.TestEngine;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Who sees which devices. Addresses are reported by a named proxy. */
@ParameterizedClass
@EnumSource(TestEngine.class)
class NearbyTest {

    @Parameter TestEngine engine;
    @TempDir Path folder;

    private static final String FOR = "X-Forwarded-For";

    private TestServer start() {
        return TestServer.start(engine, folder, "http.trusted-proxies", "127.0.0.1");
    }

    /** A device asks for its code; returns the code. */
    private static String asks(TestServer server, int index, String... headers) {
        String mac = String.format("d4:06:06:00:%02x:%02x", index >> 8, index & 0xff);
        var all =
                new ArrayList<>(
                        List.of(
                                "Device-Id",
                                mac,
                                "Client-Id",
                                String.format("7b94d69a-9808-4c59-9c9b-%012x", index)));
        all.addAll(List.of(headers));
        String body =
                "{\"mac_address\":\""
                        + mac
                        + "\",\"application\":{\"version\":\"2.4.2\"},"
                        + "\"board\":{\"type\":\"board-"
                        + index
                        + "\",\"name\":\"board-"
                        + index
                        + "\"}}";
        var response =
                server.call(
                        "POST",
                        "/v1/ota/",
                        body.getBytes(StandardCharsets.UTF_8),
                        all.toArray(new String[0]));
        String code = Person.json(response).at("/activation/code").asText();
        assertThat(code).as(response.body()).hasSizeBetween(6, 7);
        return code;
    }

    private static HttpResponse<String> look(Person person, String... headers) {
        var all = new ArrayList<>(List.of("Authorization", "Bearer " + person.token));
        all.addAll(List.of(headers));
        return person.server.call("GET", "/v1/nearby", new byte[0], all.toArray(new String[0]));
    }

    private static List<String> sees(Person person, String address) {
        var response = look(person, FOR, address);
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        JsonNode json = Person.json(response);
        assertThat(json.has("off")).isFalse();
        var boards = new ArrayList<String>();
        json.path("data").forEach(each -> boards.add(each.path("board").asText()));
        return boards;
    }

    @Test
    void onlyTheSameNetworkSeesItAndNeverTheCode() {
        try (TestServer server = start()) {
            Person person = Person.register(server, "owner");
            String code = asks(server, 0xa9fa, FOR, "203.0.113.7");
            server.clock.advance(Duration.ofSeconds(1));
            asks(server, 2, FOR, "2001:db8:1:2::5");
            asks(server, 3, FOR, "192.168.3.20");
            asks(server, 4, FOR, "100.64.3.20");

            var told = look(person, FOR, "203.0.113.7");
            assertThat(told.body()).doesNotContain(code).doesNotContain("d4:06");
            assertThat(Person.json(told).path("data").toString())
                    .isEqualTo(
                            "[{\"board\":\"board-43514\",\"macTail\":\"a9fa\","
                                    + "\"askedAt\":\"2026-09-21T14:13:20Z\",\"digits\":6}]");
            assertThat(sees(person, "203.0.113.8")).isEmpty();
            assertThat(sees(person, "::ffff:203.0.113.7")).containsExactly("board-43514");

            assertThat(sees(person, "2001:db8:1:2:ffff::1")).containsExactly("board-2");
            assertThat(sees(person, "2001:db8:1:3::5")).isEmpty();

            assertThat(sees(person, "192.168.3.7")).containsExactly("board-3");
            assertThat(sees(person, "192.168.30.7")).isEmpty();
            assertThat(sees(person, "192.168.4.20")).isEmpty();

            // Behind carrier-grade NAT the neighbours are strangers.
            assertThat(sees(person, "100.64.3.21")).isEmpty();
            assertThat(sees(person, "100.64.3.20")).containsExactly("board-4");
        }
    }

    @Test
    void boundOrSilentDevicesAreNotShown() {
        try (TestServer server = start()) {
            Person person = Person.register(server, "owner");
            String code = asks(server, 1, FOR, "192.168.1.2");
            asks(server, 2, FOR, "192.168.1.3");
            assertThat(sees(person, "192.168.1.9")).containsExactly("board-2", "board-1");
            person.bind(code);
            assertThat(sees(person, "192.168.1.9")).containsExactly("board-2");
            server.clock.advance(Duration.ofMinutes(13));
            assertThat(sees(person, "192.168.1.9")).isEmpty();
        }
    }

    @Test
    void theLatestTwentyAreEnoughAndSoIsOneLookASecond() {
        try (TestServer server = start()) {
            Person person = Person.register(server, "owner");
            for (int i = 0; i < 25; i++) {
                asks(server, i, FOR, "192.168.1." + i);
                server.clock.advance(Duration.ofSeconds(1));
            }
            assertThat(sees(person, "192.168.1.99"))
                    .hasSize(20)
                    .startsWith("board-24", "board-23")
                    .endsWith("board-5");
            for (int i = 1; i < 60; i++) {
                look(person, FOR, "192.0.2.1");
            }
            assertThat(look(person, FOR, "192.0.2.1").statusCode()).isEqualTo(429);
            server.clock.advance(Duration.ofMinutes(1));
            assertThat(look(person, FOR, "192.0.2.1").statusCode()).isEqualTo(200);
        }
    }

    @Test
    void aProxyThatNobodyNamedTurnsItOffAndHidesItsDevices() {
        try (TestServer server = TestServer.start(engine, folder)) {
            Person person = Person.register(server, "owner");
            asks(server, 1);
            asks(server, 2, FOR, "203.0.113.7");
            asks(server, 3, "X-Real-IP", "203.0.113.7");
            // Without the proxy, the viewer and the first device are both on this machine.
            JsonNode direct = Person.json(look(person));
            assertThat(direct.path("data")).hasSize(1);
            assertThat(direct.at("/data/0/board").asText()).isEqualTo("board-1");
            for (String header : List.of(FOR, "X-Forwarded-Host", "Forwarded", "X-Real-IP")) {
                JsonNode hidden = Person.json(look(person, header, "127.0.0.1"));
                assertThat(hidden.path("data")).isEmpty();
                assertThat(hidden.path("off").asBoolean()).isTrue();
                assertThat(hidden.at("/reason/zh").asText()).contains("http.trusted-proxies");
                assertThat(hidden.at("/reason/en").asText()).contains("http.trusted-proxies");
            }
        }
    }

    @Test
    void allNodesTellTheSame() throws Exception {
        if (engine == TestEngine.SQLITE) {
            // It has one node.
            return;
        }
        Map<String, String> settings =
                TestServer.shared(engine.config(folder).url(), "http.trusted-proxies", "127.0.0.1");
        var clock = new TestClock();
        try (TestServer one = TestServer.start(folder.resolve("left"), clock, settings);
                TestServer two = TestServer.start(folder.resolve("right"), clock, settings)) {
            Person person = Person.register(one, "owner");
            asks(one, 1, FOR, "203.0.113.7");
            assertThat(sees(person.at(two), "203.0.113.7")).containsExactly("board-1");
        }
    }
}
