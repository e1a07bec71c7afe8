package io.slipway;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.slipway.session.SessionClient;
import io.slipway.sql.TestEngine;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** What one account holds never blocks another. */
@ParameterizedClass
@EnumSource(TestEngine.class)
class AccountLimitsTest {

    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final String AGENT = "{\"agentName\":\"a\",\"assistantName\":\"b\"}";

    @Parameter TestEngine engine;
    @TempDir Path folder;
    private TestServer server;
    private Person admin;
    private Person greedy;
    private Person other;

    @BeforeEach
    void start() {
        server =
                TestServer.start(
                        engine,
                        folder,
                        "agent.most-per-account",
                        "2",
                        "activation.devices-per-day",
                        "2",
                        "session.most-per-account",
                        "1");
        admin = Person.register(server, "admin");
        greedy = Person.register(server, "greedy");
        other = Person.register(server, "other");
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void agents() {
        greedy.ok("POST", "/xiaozhi/agent", AGENT);
        JsonNode refused = greedy.fails(409, "POST", "/xiaozhi/agent", AGENT);
        assertThat(refused.path("msg").asText()).contains("最多 2 个智能体");
        other.ok("POST", "/xiaozhi/agent", AGENT);
        for (int i = 0; i < 3; i++) {
            admin.ok("POST", "/xiaozhi/agent", AGENT);
        }
        assertThat(counted("account_agents")).isOne();
    }

    @Test
    void devicesOfADay() {
        greedy.bind(TestDevice.of(server, 1).code());
        greedy.bind(TestDevice.of(server, 2).code());
        TestDevice third = TestDevice.of(server, 3);
        String path = "/xiaozhi/device/bind/" + greedy.agentId + "/" + third.code();
        JsonNode refused = greedy.fails(429, "POST", path, "");
        assertThat(refused.path("msg").asText()).contains("每天最多绑定 2 台设备");
        assertThat(refused.at("/data/retryAfterSeconds").asLong()).isBetween(1L, 86_400L);
        assertThat(counted("account_devices")).isOne();
        // Its code is not used up.
        other.bind(third.code());
        for (int i = 4; i < 7; i++) {
            admin.bind(TestDevice.of(server, i).code());
        }
        server.clock.advance(Duration.ofHours(25));
        greedy.again("greedy").bind(TestDevice.of(server, 7).code());
    }

    @Test
    void sessions() throws InterruptedException {
        TestDevice first = TestDevice.of(server, 1);
        TestDevice second = TestDevice.of(server, 2);
        TestDevice others = TestDevice.of(server, 3);
        greedy.bind(first.code());
        greedy.bind(second.code());
        other.bind(others.code());
        SessionClient talking = SessionClient.call(first);
        eventually(() -> greedy.device(first).path("online").asBoolean());
        try (SessionClient refused = SessionClient.call(second)) {
            refused.next("alert");
            assertThat(greedy.device(second).path("online").asBoolean()).isFalse();
            JsonNode calls = greedy.ok("GET", "/v1/devices/" + second.mac() + "/refused-calls", "");
            assertThat(calls.at("/0/reason").asText()).isEqualTo("too-many-sessions");
            assertThat(counted("account_sessions")).isOne();
        }
        try (SessionClient _ = SessionClient.call(others)) {
            eventually(() -> other.device(others).path("online").asBoolean());
        }
        // The same device again: it takes the place of its former session.
        try (SessionClient _ = SessionClient.call(first)) {
            assertThat(talking.closeCode()).isPositive();
            eventually(() -> greedy.device(first).path("online").asBoolean());
        }
        eventually(() -> !greedy.device(first).path("online").asBoolean());
        try (SessionClient _ = SessionClient.call(second)) {
            eventually(() -> greedy.device(second).path("online").asBoolean());
        }
    }

    // As administrators see it.
    private long counted(String limit) {
        for (JsonNode each : admin.ok("GET", "/v1/system", "").at("/clients/refused")) {
            if (each.path("limit").asText().equals(limit)) {
                assertThat(each.path("text").asText()).isNotEmpty();
                return each.path("count").asLong();
            }
        }
        throw new AssertionError("no limit is called " + limit);
    }

    // Bounded waiting for something that happens on another thread; not a measurement.
    private static void eventually(BooleanSupplier condition) throws InterruptedException {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("in time").isLessThan(end);
            Thread.sleep(20);
        }
    }
}
