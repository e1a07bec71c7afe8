package io.slipway.rollout.grant;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.slipway.Person;
import io.slipway.TestClock;
import io.slipway.TestServer;
import io.slipway.protocol.firmware.Chip;
import io.slipway.rollout.Shop;
import io.slipway.simulator.update.FirmwareFile;
import io.slipway.sql.Database;
import io.slipway.sql.Plane;
import io.slipway.sql.TestEngine;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Rollouts and builds on the overview. */
@ParameterizedClass
@EnumSource(TestEngine.class)
class OpenRolloutsTest {

    @Parameter TestEngine engine;
    @TempDir Path folder;

    @Test
    void whatRunsIsShownAndWhatStoppedNeedsAttention() {
        var config = engine.config(folder);
        var settings = new HashMap<String, String>();
        if (config.postgres()) {
            settings.put("database.url", config.url());
            settings.put("database.user", config.user());
            settings.put("database.password", config.password());
            settings.put("database.pool-size", "4");
        }
        try (TestServer server = TestServer.start(folder, new TestClock(), settings);
                Database database = Database.open(config)) {
            Person admin = Person.register(server, "admin");
            Person maker = Person.register(server, "maker");
            Person stranger = Person.register(server, "stranger");
            Shop shop = new Shop(server, maker);
            String build = shop.build(FirmwareFile.of(Chip.ESP32S3, "2.5.0"));
            String draft =
                    maker.ok("POST", "/v1/rollouts", Shop.plan(build, "")).path("id").asText();
            assertThat(overview(maker).path("rollouts")).as("a draft").isEmpty();
            String first = shop.start(Shop.plan(build, ""));
            shop.start(Shop.plan(build, ""));

            JsonNode shown = overview(maker);
            assertThat(shown.path("rollouts")).hasSize(2);
            assertThat(shown.at("/rollouts/1/id").asText()).isEqualTo(first).isNotEqualTo(draft);
            assertThat(shown.at("/rollouts/1/state").asText()).isEqualTo("RUNNING");
            assertThat(shown.at("/rollouts/1/version").asText()).isEqualTo("2.5.0");
            assertThat(shown.at("/rollouts/1/stages").asInt()).isEqualTo(1);
            assertThat(shown.at("/rollouts/1/percent").asInt()).isEqualTo(100);
            assertThat(shown.path("attention")).isEmpty();
            assertThat(overview(admin).path("rollouts")).hasSize(2);
            assertThat(overview(stranger).path("rollouts")).isEmpty();

            database.run(
                    Plane.CONSOLE,
                    tx ->
                            tx.handle()
                                    .execute(
                                            "UPDATE rollout SET status = 'HALTED' WHERE id = ?",
                                            first));
            shown = overview(maker);
            assertThat(shown.at("/rollouts/0/id").asText()).isEqualTo(first);
            JsonNode halted = shown.at("/attention/0");
            assertThat(halted.path("kind").asText()).isEqualTo("rollout-halted");
            assertThat(halted.path("id").asText()).isEqualTo(first);
            assertThat(halted.at("/text/zh").asText()).startsWith("升级任务已自动停止");
            assertThat(halted.at("/text/en").asText()).startsWith("The rollout has halted");
            assertThat(overview(stranger).path("attention")).isEmpty();

            maker.ok("POST", "/v1/builds/" + build + "/quarantine", "{\"reason\":\"it smokes\"}");
            JsonNode stopped = overview(maker).at("/attention/1");
            assertThat(stopped.path("kind").asText()).isEqualTo("build-quarantined");
            assertThat(stopped.path("id").asText()).isEqualTo(build);
            assertThat(stopped.at("/text/en").asText()).contains("2.5.0", "it smokes");
            server.clock.advance(Duration.ofDays(8));
            assertThat(overview(maker.again("maker")).at("/attention/1").isMissingNode()).isTrue();
        }
    }

    private static JsonNode overview(Person person) {
        return person.ok("GET", "/v1/overview", "");
    }
}
