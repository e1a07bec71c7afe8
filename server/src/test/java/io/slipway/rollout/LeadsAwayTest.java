package io.slipway.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.slipway.Person;
import io.slipway.TestServer;
import io.slipway.protocol.firmware.Chip;
import io.slipway.simulator.update.DownloadResult;
import io.slipway.simulator.update.FirmwareFile;
import io.slipway.simulator.update.UpdatingDevice;
import io.slipway.sql.TestEngine;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** update-rules 2.3: a build must lead home, or a person must have confirmed that it doesn't. */
@ParameterizedClass
@EnumSource(TestEngine.class)
class LeadsAwayTest {

    private static final String ELSEWHERE = "https://ota.elsewhere.example/xiaozhi/ota/";
    private static final String KNOWS = ",\"leadsAway\":true";

    private final TestEngine engine;
    private TestServer server;
    private Shop shop;

    LeadsAwayTest(TestEngine engine) {
        this.engine = engine;
    }

    @BeforeEach
    void start(@TempDir Path folder) {
        server = TestServer.start(engine, folder);
        shop = new Shop(server);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private static FirmwareFile image(String home) {
        return FirmwareFile.of(Chip.ESP32S3, "2.5.0").leadingTo(home);
    }

    private JsonNode shown(String build) {
        return shop.owner.ok("GET", "/v1/builds/" + build, "");
    }

    private void install(UpdatingDevice device) {
        assertThat(Shop.restart(device)).isTrue();
        assertThat(device.download()).isInstanceOf(DownloadResult.Installed.class);
        shop.later(Duration.ofSeconds(20));
    }

    @Test
    void whatDevicesCallIsHome() {
        FirmwareFile image = image(server.base() + "/xiaozhi/ota/");
        String before = shop.build(image);
        assertThat(shown(before).path("leadsHome").asBoolean())
                .as("no device has called yet")
                .isFalse();
        shop.device(1);
        String build = shop.build(image.withElfSeed(2));
        assertThat(shown(build).path("leadsHome").asBoolean()).isTrue();
        assertThat(shown(build).path("addresses").toString())
                .isEqualTo("[\"" + server.base() + "/xiaozhi/ota/\"]");
        JsonNode rollout = shop.owner.ok("POST", "/v1/rollouts", Shop.plan(build, KNOWS));
        assertThat(rollout.path("leadsAway").asBoolean()).isFalse();
        assertThat(rollout.at("/plan/stages")).hasSize(1);
        // Other accounts' devices call their own hosts.
        var other = new Shop(server, Person.register(server, "other"));
        String others = other.build(image);
        JsonNode theirs = other.owner.ok("GET", "/v1/builds/" + others, "");
        assertThat(theirs.path("leadsHome").asBoolean()).isFalse();
    }

    @Test
    void nobodyRollsOutUnknowingly() {
        shop.device(1);
        String build = shop.build(image(ELSEWHERE));
        JsonNode refused = shop.owner.fails(409, "POST", "/v1/rollouts", Shop.plan(build, ""));
        assertThat(refused.at("/data/reason").asText()).isEqualTo("LEADS_AWAY");
        assertThat(refused.at("/data/addresses").toString()).isEqualTo("[\"" + ELSEWHERE + "\"]");
        assertThat(refused.path("msg").asText()).contains("OTA 地址", ELSEWHERE);
        var english =
                server.call(
                        "POST",
                        "/v1/rollouts",
                        Shop.plan(build, "").getBytes(StandardCharsets.UTF_8),
                        "Authorization",
                        "Bearer " + shop.owner.token,
                        "Content-Type",
                        "application/json",
                        "Accept-Language",
                        "en");
        assertThat(english.body()).contains("None of the OTA addresses in the build", ELSEWHERE);
        shop.owner.fails(409, "POST", "/v1/rollouts", Shop.plan(build, ",\"leadsAway\":false"));
        shop.owner.fails(400, "POST", "/v1/rollouts", Shop.plan(build, ",\"leadsAway\":\"x\""));
        // If no address is found, it is unknown.
        String mute = shop.build(image(""));
        refused = shop.owner.fails(409, "POST", "/v1/rollouts", Shop.plan(mute, ""));
        assertThat(refused.at("/data/reason").asText()).isEqualTo("LEADS_AWAY");
        assertThat(refused.at("/data/addresses")).isEmpty();
        JsonNode made = shop.owner.ok("POST", "/v1/rollouts", Shop.plan(build, KNOWS));
        assertThat(made.path("leadsAway").asBoolean()).isTrue();
        JsonNode audit = shop.owner.ok("GET", "/v1/audit?action=rollout.leads-away", "");
        assertThat(audit).hasSize(1);
        assertThat(audit.toString()).contains(ELSEWHERE, "owner", made.path("id").asText());
    }

    /** With any plan. */
    @Test
    void canariesGoFirst() {
        shop.device(1);
        String build = shop.build(image(ELSEWHERE));
        JsonNode preview = shop.owner.ok("POST", "/v1/rollouts/preview", Shop.plan(build, ""));
        assertThat(preview.at("/plan/stages").findValuesAsText("percent"))
                .containsExactly("0", "100");
        assertThat(preview.at("/plan/canaries")).hasSize(1);
        JsonNode made = shop.owner.ok("POST", "/v1/rollouts", Shop.plan(build, KNOWS));
        assertThat(made.at("/plan/stages").findValuesAsText("percent")).containsExactly("0", "100");
        assertThat(made.at("/canaries/count").asInt()).isEqualTo(1);
        String id = made.path("id").asText();
        shop.owner.ok("POST", "/v1/rollouts/" + id + "/start", "{}");
        shop.owner.fails(
                409, "POST", "/v1/rollouts/" + id + "/widen", "{\"stages\":[{\"percent\":100}]}");
        // If no device can be a canary, one must be named.
        var other = new Shop(server, Person.register(server, "other"));
        String theirs = other.build(image(ELSEWHERE));
        other.owner.fails(409, "POST", "/v1/rollouts", Shop.plan(theirs, KNOWS));
        other.owner.ok(
                "POST",
                "/v1/rollouts",
                Shop.plan(theirs, KNOWS + ",\"canaries\":[\"d4:06:06:00:00:99\"]"));
    }

    @Test
    void aCanaryThatStaysAwayHaltsIt() {
        UpdatingDevice second = shop.device(2);
        UpdatingDevice first = shop.device(1);
        String id = shop.start(Shop.plan(shop.build(image(ELSEWHERE)), KNOWS));
        assertThat(Shop.restart(second)).as("not the canary").isFalse();
        install(first);
        shop.later(Duration.ofMinutes(59));
        assertThat(status(id)).isEqualTo("RUNNING");
        shop.later(Duration.ofMinutes(2));
        assertThat(status(id)).isEqualTo("HALTED");
        JsonNode verdict = shop.rollout(id).path("verdict");
        assertThat(verdict.path("code").asText()).isEqualTo("CANARY_ABSENT");
        assertThat(verdict.path("en").asText()).contains("1 canaries did not come back");
        assertThat(Shop.restart(second)).isFalse();
        // Resuming acknowledges that one is missing.
        shop.owner.ok("POST", "/v1/rollouts/" + id + "/resume", "{\"why\":\"it is in a drawer\"}");
        shop.later(Duration.ofMinutes(5));
        assertThat(status(id)).isEqualTo("RUNNING");
        assertThat(shop.rollout(id).path("stage").asInt()).isZero();
        assertThat(Shop.restart(second)).isFalse();
        shop.owner.ok("POST", "/v1/rollouts/" + id + "/promote", "{}");
        assertThat(Shop.restart(second)).isTrue();
    }

    @Test
    void oneThatComesBackLetsTheOthersFollow() {
        UpdatingDevice second = shop.device(2);
        UpdatingDevice first = shop.device(1);
        String id = shop.start(Shop.plan(shop.build(image(ELSEWHERE)), KNOWS));
        install(first);
        Shop.restart(first);
        shop.later(Duration.ofMinutes(70));
        shop.later(Duration.ofMinutes(1));
        assertThat(status(id)).isEqualTo("RUNNING");
        assertThat(shop.rollout(id).path("stage").asInt()).isEqualTo(1);
        assertThat(Shop.restart(second)).isTrue();
    }

    @Test
    void goingBackAsksToo() {
        UpdatingDevice device = shop.device(1);
        String older =
                Person.json(
                                shop.upload(
                                        FirmwareFile.of(Chip.ESP32S3, "2.3.0")
                                                .leadingTo(ELSEWHERE)
                                                .bytes(),
                                        Map.of("boards", Shop.BOARD)))
                        .at("/data/id")
                        .asText();
        String id = shop.start(Shop.plan(shop.build(FirmwareFile.of(Chip.ESP32S3, "2.5.0")), ""));
        install(device);
        Shop.restart(device);
        String path = "/v1/rollouts/" + id + "/turn-back";
        JsonNode refused = shop.owner.fails(409, "POST", path, "{\"build\":\"" + older + "\"}");
        assertThat(refused.at("/data/reason").asText()).isEqualTo("LEADS_AWAY");
        assertThat(status(id)).as("nothing was changed").isEqualTo("RUNNING");
        JsonNode back = shop.owner.ok("POST", path, "{\"build\":\"" + older + "\"" + KNOWS + "}");
        assertThat(back.path("leadsAway").asBoolean()).isTrue();
        assertThat(back.at("/plan/stages").findValuesAsText("percent")).containsExactly("0", "100");
        assertThat(back.at("/canaries/macs/0").asText()).isEqualTo(device.profile().mac());
    }

    private String status(String rollout) {
        return shop.rollout(rollout).path("status").asText();
    }
}
