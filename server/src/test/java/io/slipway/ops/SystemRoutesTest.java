package io.slipway.ops;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.slipway.Person;
import io.slipway.TestServer;
import io.slipway.sql.TestEngine;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

@ParameterizedClass
@EnumSource(TestEngine.class)
class SystemRoutesTest {

    private static final String SECRET = "5ec4e7".repeat(11).substring(0, 64);

    @Parameter TestEngine engine;
    @TempDir Path folder;

    @Test
    void administratorsSeeWhatItIsAndNoSecretOfIt() {
        try (TestServer server =
                TestServer.start(
                        engine,
                        folder,
                        "secret.key",
                        SECRET,
                        "public.url",
                        "https://set.example",
                        "transport",
                        "mqtt",
                        "mqtt.endpoint",
                        "mqtt.example:8883",
                        "mqtt.signature-key",
                        "t0p-s3cret")) {
            Person admin = Person.register(server, "admin");
            Person user = Person.register(server, "user");
            server.clock.advance(Duration.ofMinutes(90));
            var raw = admin.raw("GET", "/v1/system", "");
            JsonNode system = Person.json(raw).path("data");
            assertThat(system.path("version").asText()).isNotEmpty();
            assertThat(system.path("uptimeSeconds").asLong()).isEqualTo(5_400);
            assertThat(system.path("startedAt").asText()).isEqualTo("2026-09-21T14:13:20Z");
            assertThat(system.at("/engine/name").asText())
                    .isEqualTo(engine == TestEngine.SQLITE ? "SQLite" : "PostgreSQL");
            assertThat(system.at("/engine/version").asText()).matches("[0-9]+\\..*");
            assertThat(system.at("/engine/bytes").asLong()).isPositive();
            assertThat(system.path("nodes")).hasSize(1);
            assertThat(system.at("/nodes/0/self").asBoolean()).isTrue();
            assertThat(system.at("/nodes/0/name").asText()).matches("[0-9a-f]{8}");
            assertThat(system.path("sessions").asLong()).isZero();
            assertThat(system.at("/health/database").asBoolean()).isTrue();
            assertThat(system.at("/health/draining").asBoolean()).isFalse();
            assertThat(system.at("/settings/transport").asText()).isEqualTo("mqtt");
            assertThat(system.path("settings").path("public.url").asText())
                    .isEqualTo("https://set.example");
            assertThat(raw.body()).doesNotContain(SECRET).doesNotContain("t0p-s3cret");
            user.fails(403, "GET", "/v1/system", "");
            assertThat(server.call("GET", "/v1/system", new byte[0]).statusCode()).isEqualTo(401);
        }
    }
}
