package io.slipway.rollout.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.slipway.Person;
import io.slipway.TestDevice;
import io.slipway.TestServer;
import io.slipway.protocol.Mac;
import io.slipway.protocol.firmware.Chip;
import io.slipway.rollout.Shop;
import io.slipway.rollout.rules.plan.NamedDevices;
import io.slipway.simulator.update.FirmwareFile;
import io.slipway.simulator.update.UpdatingDevice;
import io.slipway.sql.TestEngine;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Rollouts as used by people and programs, over HTTP. */
@ParameterizedClass
@EnumSource(TestEngine.class)
class RolloutRoutesTest {

    @Parameter TestEngine engine;
    @TempDir Path folder;
    private TestServer server;

    /** The first account is the administrator's. */
    private Person admin;

    private Shop shop;
    private Person maker;
    private Person stranger;
    private String build;

    @BeforeEach
    void start() {
        server = TestServer.start(engine, folder);
        admin = Person.register(server, "admin");
        maker = Person.register(server, "maker");
        stranger = Person.register(server, "stranger");
        shop = new Shop(server, maker);
        build = shop.build(FirmwareFile.of(Chip.ESP32S3, "2.5.0"));
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void fromDraftToDone() {
        JsonNode draft = maker.ok("POST", "/v1/rollouts", plan("first", ""));
        String id = draft.path("id").asText();
        assertThat(draft.path("status").asText()).isEqualTo("DRAFT");
        assertThat(draft.at("/build/version").asText()).isEqualTo("2.5.0");
        assertThat(draft.at("/plan/stages")).hasSize(4);
        assertThat(draft.path("createdBy").asText()).isEqualTo("maker");
        assertThat(act(id, "start").path("status").asText()).isEqualTo("RUNNING");
        assertThat(act(id, "pause").path("status").asText()).isEqualTo("PAUSED");
        assertThat(act(id, "resume").path("status").asText()).isEqualTo("RUNNING");
        JsonNode promoted = act(id, "promote");
        assertThat(promoted.path("stage").asInt()).isEqualTo(1);
        assertThat(promoted.path("percent").asInt()).isEqualTo(10);
        assertThat(promoted.at("/stageDetails/1/running").asBoolean()).isTrue();
        JsonNode done = act(id, "finish", "{}");
        assertThat(done.path("status").asText()).isEqualTo("DONE");
        assertThat(done.path("endedAt").asText()).isNotEmpty();
        assertThat(pages("/v1/rollouts/" + id + "/timeline?limit=2", "type"))
                .startsWith("rollout_done", "stage_promoted")
                .endsWith("rollout_started", "rollout_created");
        assertThat(pages("/v1/rollouts/" + id + "/timeline?type=rollout_paused", "type"))
                .hasSize(1);
        stranger.fails(404, "GET", "/v1/rollouts/" + id + "/timeline", "");
        // Who did it, and why, is in the audit.
        String audit = admin.ok("GET", "/v1/audit?limit=100", "").toString();
        assertThat(audit).contains("rollout.create", "rollout.pause", "because of rollout.pause");
    }

    @Test
    void anImpossibleActionIsReportedInBothLanguages() {
        String id = create(plan("first", ""));
        for (String act : List.of("approve", "pause", "resume", "finish", "promote")) {
            conflict(id, act);
        }
        act(id, "start");
        for (String act : List.of("start", "approve", "resume")) {
            conflict(id, act);
        }
        act(id, "cancel");
        for (String act :
                List.of("start", "approve", "pause", "resume", "finish", "promote", "cancel")) {
            conflict(id, act);
        }
        String long501 = "{\"why\":\"" + "x".repeat(501) + "\"}";
        maker.fails(400, "POST", "/v1/rollouts/" + id + "/pause", long501);
        maker.fails(400, "POST", "/v1/rollouts/" + id + "/pause", "{\"reason\":\"x\"}");
    }

    private void conflict(String id, String act) {
        String path = "/v1/rollouts/" + id + "/" + act;
        assertThat(maker.fails(409, "POST", path, "{}").path("msg").asText())
                .as(act)
                .containsPattern("[\\u4e00-\\u9fff]");
        var english =
                server.call(
                        "POST",
                        path,
                        new byte[0],
                        "Authorization",
                        "Bearer " + maker.token,
                        "Accept-Language",
                        "en");
        assertThat(english.statusCode()).isEqualTo(409);
        assertThat(Person.json(english).path("msg").asText())
                .as(act)
                .doesNotContainPattern("[\\u4e00-\\u9fff]");
    }

    @Test
    void othersRolloutsAreNotThere() {
        String id = create(plan("first", ""));
        String path = "/v1/rollouts/" + id;
        stranger.fails(404, "GET", path, "");
        stranger.fails(404, "GET", path + "/devices", "");
        for (String act :
                List.of("start", "approve", "pause", "resume", "cancel", "finish", "promote")) {
            stranger.fails(404, "POST", path + "/" + act, "{}");
        }
        stranger.fails(404, "POST", path + "/widen", "{\"stages\":[{\"percent\":100}]}");
        stranger.fails(404, "POST", path + "/turn-back", "{\"build\":\"" + build + "\"}");
        stranger.fails(404, "POST", "/v1/rollouts", plan("mine", ""));
        stranger.fails(404, "POST", "/v1/rollouts/preview", plan("mine", ""));
        assertThat(stranger.ok("GET", "/v1/rollouts", "")).isEmpty();
        assertThat(admin.ok("GET", path, "").path("name").asText()).isEqualTo("first");
        maker.fails(403, "POST", "/v1/rollouts", plan("all", ",\"everyone\":true"));
        maker.fails(404, "GET", "/v1/rollouts/" + "0".repeat(32), "");
        for (String open :
                List.of("/v1/rollouts", path, path + "/devices", "/v1/quarantine", "/v1/tags")) {
            assertThat(server.call("GET", open, new byte[0]).statusCode()).isEqualTo(401);
        }
    }

    @Test
    void oneMakesItAnotherApproves() {
        String id = create(plan("first", ",\"approval\":true"));
        assertThat(act(id, "start").path("status").asText()).isEqualTo("AWAITING_APPROVAL");
        maker.fails(403, "POST", "/v1/rollouts/" + id + "/approve", "");
        JsonNode running = admin.ok("POST", "/v1/rollouts/" + id + "/approve", "");
        assertThat(running.path("status").asText()).isEqualTo("RUNNING");
        assertThat(running.path("approvedBy").asText()).isEqualTo("admin");
        assertThat(running.path("startedBy").asText()).isEqualTo("maker");
        // Its maker can't approve it, even if somebody else has started it.
        String own =
                admin.ok("POST", "/v1/rollouts", plan("second", ",\"approval\":true"))
                        .path("id")
                        .asText();
        admin.ok("POST", "/v1/rollouts/" + own + "/start", "");
        admin.fails(403, "POST", "/v1/rollouts/" + own + "/approve", "");
    }

    @Test
    void wideningOnlyGrows() {
        String id = create(plan("first", ",\"stages\":[{\"percent\":10},{\"percent\":50}]"));
        act(id, "start");
        act(id, "promote");
        String widen = "/v1/rollouts/" + id + "/widen";
        maker.fails(400, "POST", widen, "{\"stages\":[{\"percent\":49}]}");
        maker.fails(400, "POST", widen, "{\"stages\":[{\"percent\":60},{\"percent\":55}]}");
        maker.fails(400, "POST", widen, "{\"stages\":[]}");
        maker.fails(400, "POST", widen, "{}");
        String ten = "{\"percent\":100},".repeat(9) + "{\"percent\":100}";
        maker.fails(400, "POST", widen, "{\"stages\":[" + ten + "]}");
        JsonNode wider =
                maker.ok("POST", widen, "{\"stages\":[{\"percent\":75},{\"percent\":100}]}");
        assertThat(wider.path("plan").path("stages").findValuesAsText("percent"))
                .containsExactly("10", "75", "100");
        assertThat(wider.path("stage").asInt()).isEqualTo(1);
        assertThat(wider.path("percent").asInt()).isEqualTo(75);
    }

    @Test
    void aPlanThatIsShownCanBeSentAgain() {
        String more =
                """
                ,"select":{"boards":["x"],"chips":["esp32s3"],"from":"2.0","channels":["edge"],\
                "agents":["a"],"tags":["客厅"]},"limits":{"inFlight":7},\
                "window":{"days":["sat"],"from":"22:00","to":"05:30","zone":"Asia/Shanghai"},\
                "startsAt":"2026-12-01T02:00:00+08:00"\
                """;
        JsonNode first = maker.ok("POST", "/v1/rollouts", plan("first", more)).path("plan");
        assertThat(first.path("startsAt").asText()).isEqualTo("2026-11-30T18:00:00Z");
        JsonNode again = maker.ok("POST", "/v1/rollouts", first.toString()).path("plan");
        assertThat(again).isEqualTo(first);
        String asPreview = first.toString();
        assertThat(maker.ok("POST", "/v1/rollouts/preview", asPreview).path("plan"))
                .isEqualTo(first);
        ObjectNode wrong = first.deepCopy();
        wrong.put("speed", 1);
        JsonNode refused = maker.fails(400, "POST", "/v1/rollouts", wrong.toString());
        assertThat(refused.at("/data/field").asText()).isEqualTo("speed");
    }

    @Test
    void theListHasPagesAndFilters() {
        var ids = new ArrayList<String>();
        for (int i = 0; i < 7; i++) {
            ids.add(create(plan("r" + i, "")));
        }
        act(ids.get(2), "start");
        String other = shop.build(FirmwareFile.of(Chip.ESP32S3, "2.6.0"));
        String second = create("{\"name\":\"s\",\"build\":\"" + other + "\"}");
        ids.add(second);
        assertThat(pages("/v1/rollouts?limit=3")).containsExactlyElementsOf(ids.reversed());
        assertThat(pages("/v1/rollouts?limit=3&status=RUNNING")).containsExactly(ids.get(2));
        assertThat(pages("/v1/rollouts?limit=3&status=DRAFT")).hasSize(7);
        assertThat(pages("/v1/rollouts?limit=3&build=" + other)).containsExactly(second);
        maker.fails(400, "GET", "/v1/rollouts?status=running", "");
        maker.fails(400, "GET", "/v1/rollouts?cursor=zz", "");
        maker.fails(400, "GET", "/v1/rollouts/" + ids.getFirst() + "/devices?state=BAD", "");
        maker.fails(400, "GET", "/v1/rollouts/" + ids.getFirst() + "/devices?cursor=x", "");
    }

    @Test
    void whereSeveralAccountsHaveAMacItsAccountIsNamed() {
        TestDevice device = TestDevice.of(server, 1);
        maker.bind(device.code());
        // A stranger binds a made-up pair with the very MAC that an administrator's list names.
        stranger.bind(device.withClientId("7b94d69a-9808-4c59-9c9b-00000000beef").code());
        String shared = admin.ok("PATCH", "/v1/builds/" + build, "{}").path("id").asText();
        String everyone =
                ",\"everyone\":true,\"macs\":[\"%s\"],\"canaries\":[]".formatted(device.mac());
        JsonNode refusal = admin.fails(400, "POST", "/v1/rollouts", Shop.plan(shared, everyone));
        assertThat(refusal.path("msg").asText()).contains("maker/", "stranger/");
        assertThat(refusal.at("/data/choices")).hasSize(2);
        String named = everyone.replace("\"" + device.mac(), "\"Maker/" + device.mac());
        admin.ok("POST", "/v1/rollouts", Shop.plan(shared, named));
        JsonNode preview = admin.ok("POST", "/v1/rollouts/preview", Shop.plan(shared, named));
        assertThat(preview.path("selected").asInt()).isEqualTo(1);
        admin.fails(
                400, "POST", "/v1/rollouts", Shop.plan(shared, named.replace("Maker", "nobody")));
        // An account's own rollout reaches only its own devices, by any name.
        String own = ",\"macs\":[\"%s\"]".formatted(device.mac());
        maker.ok("POST", "/v1/rollouts", Shop.plan(build, own));
        String others = own.replace("[\"", "[\"stranger/");
        maker.fails(400, "POST", "/v1/rollouts", Shop.plan(build, others));
    }

    @Test
    void ofASmallFleetOneGoesFirst() {
        shop.device(1);
        UpdatingDevice latest = shop.device(2);
        server.main.housekeep();
        JsonNode plan = maker.ok("POST", "/v1/rollouts/preview", plan("p", "")).path("plan");
        assertThat(plan.path("stages").findValuesAsText("percent")).containsExactly("0", "100");
        assertThat(plan.at("/canaries/0").asText()).isEqualTo(latest.profile().mac().toString());
        // A returned plan can be sent back, and with defaults it is the same.
        for (String sent : List.of(plan.toString(), plan("p", ""))) {
            JsonNode made = maker.ok("POST", "/v1/rollouts", sent);
            assertThat(made.at("/plan/stages").findValuesAsText("percent"))
                    .containsExactly("0", "100");
            assertThat(made.at("/canaries/macs/0").asText())
                    .isEqualTo(latest.profile().mac().toString());
        }
        JsonNode everyones =
                admin.ok("POST", "/v1/rollouts/preview", plan("p", ",\"everyone\":true"));
        assertThat(everyones.at("/plan/canaries/0").asText())
                .isEqualTo("maker/" + latest.profile().mac());
        // Named ones stay the first.
        String named = ",\"canaries\":[\"02:00:00:00:00:01\"]";
        JsonNode own = maker.ok("POST", "/v1/rollouts/preview", plan("p", named)).path("plan");
        assertThat(own.path("stages")).hasSize(2);
        assertThat(own.has("canaries")).isFalse();
    }

    @Test
    void aHundredThousandMacsFromAFile() {
        String file =
                "mac\n"
                        + LongStream.range(0, NamedDevices.MOST)
                                .mapToObj(i -> new Mac(0x0200_0000_0000L + i).toString())
                                .collect(Collectors.joining("\n"))
                        + "\nnonsense\n";
        JsonNode read = maker.ok("POST", "/v1/device-lists?kind=names", file);
        assertThat(read.path("count").asInt()).isEqualTo(NamedDevices.MOST);
        assertThat(read.path("refusedCount").asInt()).isEqualTo(1);
        assertThat(read.at("/refused/0/line").asInt()).isEqualTo(NamedDevices.MOST + 2);
        String named = ",\"macs\":" + read.at("/devices").findValues("value");
        String id = create(plan("listed", named));
        assertThat(shop.rollout(id).at("/plan/select/listedOnly").asBoolean()).isTrue();
        JsonNode preview = maker.ok("POST", "/v1/rollouts/preview", plan("listed", named));
        assertThat(preview.path("selected").asInt()).isZero();
    }

    @Test
    void aPreviewSaysWhoAndWhyNot() {
        UpdatingDevice device = shop.device(1);
        UpdatingDevice optedOut = shop.device(2);
        maker.ok("PUT", "/xiaozhi/device/update/" + optedOut.profile().mac(), "{\"autoUpdate\":0}");
        server.main.housekeep();
        JsonNode preview = maker.ok("POST", "/v1/rollouts/preview", plan("p", ""));
        assertThat(preview.path("selected").asInt()).isEqualTo(2);
        assertThat(preview.path("reachable").asInt()).isEqualTo(1);
        assertThat(preview.path("seenLastDay").asInt()).isEqualTo(1);
        JsonNode reason = preview.at("/excluded/0");
        assertThat(reason.path("code").asText()).isEqualTo("OPTED_OUT");
        assertThat(reason.path("devices").asInt()).isEqualTo(1);
        assertThat(reason.path("zh").asText()).containsPattern("[\\u4e00-\\u9fff]");
        assertThat(reason.path("en").asText()).doesNotContainPattern("[\\u4e00-\\u9fff]");
        assertThat(preview.at("/strata/0/board").asText()).isEqualTo(Shop.BOARD);
        assertThat(preview.path("minutes").asLong()).as("soaks of two days").isGreaterThan(2_800);
        assertThat(admin.ok("GET", "/v1/rollouts", "")).as("nothing was made").isEmpty();
        String mine = ",\"macs\":[\"" + device.profile().mac() + "\"]";
        assertThat(
                        maker.ok("POST", "/v1/rollouts/preview", plan("p", mine))
                                .path("selected")
                                .asInt())
                .isEqualTo(1);
    }

    @Test
    void aTimeInAReasonIsInTheZoneOfItsReader() {
        String updates = "/v1/devices/" + shop.device(1).profile().mac() + "/updates";
        Instant at = Instant.ofEpochMilli(server.clock.millis()).truncatedTo(ChronoUnit.DAYS);
        at = at.plus(Duration.ofDays(2));
        shop.start(Shop.plan(build, ",\"startsAt\":\"" + at + "\""));
        for (String zone : new String[] {"Asia/Shanghai", "Asia/Kathmandu"}) {
            maker.ok("PUT", "/xiaozhi/user/info", "{\"timeZone\":\"" + zone + "\"}");
            JsonNode why = maker.ok("GET", updates, "").at("/explanation/now/why");
            assertThat(why.path("code").asText()).isEqualTo("NOT_BEGUN");
            assertThat(why.path("goesOnAt").asText()).isEqualTo(at.toString());
            String offset = zone.equals("Asia/Shanghai") ? "08:00" : "05:45";
            assertThat(why.path("detail").asText())
                    .isEqualTo(at.toString().replace("00:00:00Z", offset + ":00+" + offset));
        }
    }

    @Test
    void whatBecomesOfADeviceCanBeReadBack() {
        UpdatingDevice device = shop.device(1);
        String mac = device.profile().mac();
        String updates = "/v1/devices/" + mac + "/updates";
        String id = shop.start(Shop.plan(build, ""));
        assertThat(maker.ok("GET", updates, "").path("history")).isEmpty();
        JsonNode now = maker.ok("GET", updates, "").at("/explanation/now");
        assertThat(now.path("decision").asText()).isEqualTo("OFFER");
        assertThat(now.at("/why/en").asText()).isNotEmpty();
        assertThat(Shop.restart(device)).isTrue();
        JsonNode offered = maker.ok("GET", updates, "").at("/history/0");
        assertThat(offered.path("state").asText()).isEqualTo("OFFERED");
        assertThat(offered.at("/cause/code").asText()).isEqualTo("OFFERED");
        assertThat(offered.at("/cause/zh").asText()).containsPattern("[\\u4e00-\\u9fff]");
        assertThat(pages("/v1/rollouts/" + id + "/devices?state=OFFERED", "macAddress"))
                .containsExactly(mac);
        assertThat(pages("/v1/rollouts/" + id + "/devices?state=CONFIRMED", "macAddress"))
                .isEmpty();
        JsonNode detail = shop.rollout(id);
        assertThat(detail.at("/tally/offered").asInt()).isEqualTo(1);
        assertThat(detail.at("/tally/inFlight").asInt()).isEqualTo(1);
        JsonNode group = detail.at("/stageDetails/0/strata/0");
        assertThat(group.path("failurePercent").isNull()).as("nothing is known yet").isTrue();
        assertThat(group.path("failurePercentAtLeast").asDouble()).isZero();
        assertThat(group.path("failurePercentAtMost").asDouble()).isEqualTo(100);
        stranger.fails(404, "GET", updates, "");
        maker.fails(400, "GET", "/v1/devices/nonsense/updates", "");

        // It never starts the download, until it is no longer offered (update-rules U9, U15).
        for (int i = 0; i < 20 && quarantined().isEmpty(); i++) {
            shop.later(Duration.ofMinutes(30));
            if (shop.rollout(id).path("status").asText().equals("PAUSED")) {
                // No download succeeds: the delivery gate stopped it, and says so.
                assertThat(shop.rollout(id).at("/verdict/code").asText()).isEqualTo("DELIVERY");
                act(id, "resume");
            }
            Shop.restart(device);
        }
        assertThat(quarantined()).containsExactly(mac);
        assertThat(pages("/v1/quarantine?build=" + "0".repeat(32), "macAddress")).isEmpty();
        assertThat(stranger.ok("GET", "/v1/quarantine", "")).isEmpty();
        JsonNode why = maker.ok("GET", updates, "").at("/explanation/now");
        assertThat(why.path("decision").asText()).isEqualTo("NONE");
        assertThat(why.at("/why/code").asText()).isEqualTo("QUARANTINED");
        assertThat(why.at("/each/0/rollout").asText()).isEqualTo(id);
        String clear = "/v1/quarantine/" + mac + "/" + build;
        stranger.fails(404, "DELETE", clear, "");
        maker.fails(400, "DELETE", clear, "{\"why\":\"" + "x".repeat(501) + "\"}");
        maker.ok("DELETE", clear, "{\"why\":\"new flash chip\"}");
        maker.fails(404, "DELETE", clear, "");
        assertThat(admin.ok("GET", "/v1/audit", "").toString())
                .contains("quarantine.clear", build + ": new flash chip");
        assertThat(quarantined()).isEmpty();

        // Its history stays after unbinding, and nobody else can read it.
        maker.ok("POST", "/xiaozhi/device/unbind", "{\"deviceId\":\"" + mac + "\"}");
        JsonNode left = maker.ok("GET", updates, "");
        assertThat(left.path("history")).hasSize(1);
        assertThat(left.path("explanation").isNull()).isTrue();
        stranger.fails(404, "GET", updates, "");
    }

    @Test
    void aRolloutIsTurnedBack() {
        String older = shop.build(FirmwareFile.of(Chip.ESP32S3, "2.3.0"));
        String id = shop.start(Shop.plan(build, ""));
        String path = "/v1/rollouts/" + id + "/turn-back";
        maker.fails(400, "POST", path, "{}");
        maker.fails(404, "POST", path, "{\"build\":\"" + "0".repeat(32) + "\"}");
        maker.fails(400, "POST", path, "{\"build\":\"" + build + "\"}");
        JsonNode back = maker.ok("POST", path, "{\"build\":\"" + older + "\"}");
        assertThat(back.path("id").asText()).isNotEqualTo(id);
        assertThat(back.path("status").asText()).isEqualTo("RUNNING");
        assertThat(back.at("/build/id").asText()).isEqualTo(older);
        assertThat(back.at("/badBuild/id").asText()).isEqualTo(build);
        assertThat(shop.rollout(id).path("status").asText()).isEqualTo("CANCELLED");
        maker.fails(409, "POST", "/v1/rollouts", plan("again", ""));
    }

    private List<String> quarantined() {
        return pages("/v1/quarantine?limit=1", "macAddress");
    }

    private String plan(String name, String more) {
        return "{\"name\":\"" + name + "\",\"build\":\"" + build + "\"" + more + "}";
    }

    private String create(String plan) {
        return maker.ok("POST", "/v1/rollouts", plan).path("id").asText();
    }

    private JsonNode act(String id, String act) {
        String why =
                switch (act) {
                    case "start", "finish", "approve" -> "{}";
                    default -> "{\"why\":\"because of rollout." + act + "\"}";
                };
        return act(id, act, why);
    }

    private JsonNode act(String id, String act, String body) {
        return maker.ok("POST", "/v1/rollouts/" + id + "/" + act, body);
    }

    private List<String> pages(String path) {
        return pages(path, "id");
    }

    private List<String> pages(String path, String field) {
        var all = new ArrayList<String>();
        String cursor = "";
        do {
            JsonNode page = Person.json(maker.raw("GET", path + cursor, ""));
            assertThat(page.path("code").asInt(-1)).as(page.toString()).isZero();
            page.path("data").forEach(row -> all.add(row.path(field).asText()));
            JsonNode next = page.path("nextCursor");
            String join = path.contains("?") ? "&" : "?";
            cursor = next.isNull() ? "" : join + "cursor=" + next.asText();
        } while (!cursor.isEmpty());
        return all;
    }
}
