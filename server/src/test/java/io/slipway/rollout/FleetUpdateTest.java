package io.slipway.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.slipway.protocol.FirmwareVersion;
import io.slipway.protocol.firmware.Chip;
import io.slipway.simulator.board.Power;
import io.slipway.simulator.update.Behaviour;
import io.slipway.simulator.update.FirmwareFile;
import io.slipway.simulator.update.UpdateCount;
import io.slipway.simulator.update.UpdateFault;
import io.slipway.simulator.update.UpdateFaults;
import io.slipway.simulator.update.UpdatingDevice;
import io.slipway.sql.TestEngine;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The oracle of the update rules over the network: simulated fleets with real servers. */
class FleetUpdateTest {

    private static final String OTHER = "m5stack-core-s3";
    private static final String BOARDS = Shop.BOARD + "," + OTHER;
    private static final Set<String> STARTED = Set.of("OFFERED", "DOWNLOADING", "DOWNLOADED");

    @TempDir Path folder;

    private static FirmwareFile image(String version) {
        return FirmwareFile.of(Chip.ESP32S3, version);
    }

    private static String upload(Shop shop, FirmwareFile file) {
        var answer = shop.upload(file.bytes(), Map.of("boards", BOARDS));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return io.slipway.Person.json(answer).at("/data/id").asText();
    }

    private static String plan(String build, int canaries, String limits) {
        String gate =
                "\"minDecided\":1,\"failurePercent\":30,\"deliveryPercent\":60,\"soakMinutes\":30}";
        return ("{\"name\":\"wave\",\"build\":\"%s\",\"stages\":[{\"percent\":%d,%s,"
                        + "{\"percent\":100,%s],\"limits\":{%s}}")
                .formatted(build, canaries, gate, gate, limits);
    }

    // ------------------------------------------------------------ a build that works

    private static final String HARDWARE =
            String.join(
                    ",",
                    Shop.BOARD + "=6",
                    OTHER + "=4",
                    Shop.BOARD + ":esp32s3:v2-8m=2",
                    Shop.BOARD + ":esp32s3:v2-4m=1",
                    OTHER + ":esp32s3:v1-16m=1",
                    "xmini-c3:esp32c3:v2-16m-c3=2");

    private static final String VERSIONS =
            "1.5.5=1,1.6.2=1,1.7.6=1,1.8.5=2,2.0.3=2,2.4.2=6,2.5.0=1,2.6.1=1";

    private static UpdateFaults weather() {
        return UpdateFaults.NONE
                .with(UpdateFault.POWER_LOSS, 0.10)
                .at(UpdateFault.POWER_LOSS, 40_000)
                .with(UpdateFault.CUT, 0.06)
                .with(UpdateFault.NO_START, 0.03)
                .with(UpdateFault.DUPLICATE_POST, 0.10)
                .with(UpdateFault.NO_RETURN, 0.06);
    }

    private static String keptOut(UpdatingDevice device) {
        var hardware = device.hardware();
        if (!BOARDS.contains(hardware.board())) {
            return "BOARD_MISMATCH";
        }
        if (hardware.table().slotSize() == 0) {
            return "NO_OTA_SLOT";
        }
        if (hardware.table().label().startsWith("v1")) {
            return "SCHEME_MISMATCH";
        }
        var version = FirmwareVersion.parse(device.truth().image().version()).orElseThrow();
        if (version.toString().equals("2.5.0")) {
            return "SAME_VERSION_OTHER_BUILD";
        }
        return FirmwareVersion.parse("2.5.0").orElseThrow().isNewerThan(version) ? "" : "NOT_NEWER";
    }

    /** Acts like a person who watches: promotes a stage that waits for a decision. */
    private static void watch(Wave wave, String rollout) {
        JsonNode detail = wave.shop().rollout(rollout);
        String status = detail.path("status").asText();
        assertThat(status).as(detail.toPrettyString()).isIn("RUNNING", "PAUSED");
        String path = "/v1/rollouts/" + rollout;
        if (status.equals("PAUSED")) {
            wave.shop().owner.ok("POST", path + "/resume", "{\"why\":\"the network\"}");
        } else if (detail.at("/verdict/code").asText().equals("NEEDS_A_PERSON")
                && detail.path("stage").asInt() == 0) {
            wave.shop().owner.ok("POST", path + "/promote", "{\"why\":\"the network\"}");
        }
    }

    private static void untilDone(Wave wave, String rollout, int rounds) throws Exception {
        for (int i = 0; i < rounds; i++) {
            wave.round(Duration.ofMinutes(12));
            wave.counted(rollout);
            watch(wave, rollout);
        }
    }

    @Test
    void aGoodBuildReachesAllThatCanHaveIt() throws Exception {
        try (Nodes nodes = Nodes.start(TestEngine.SQLITE, folder);
                Wave wave =
                        Wave.of(
                                nodes,
                                new Shop(nodes.servers.getFirst()),
                                80,
                                options -> options.boards(HARDWARE).versions(VERSIONS).seed(5))) {
            wave.aboard();
            String build = upload(wave.shop(), image("2.5.0"));
            String plan = plan(build, 20, "");
            var refused = new TreeMap<String, Long>();
            var reachable = new TreeSet<String>();
            for (UpdatingDevice device : wave.devices()) {
                String why = keptOut(device);
                if (why.isEmpty()) {
                    reachable.add(device.profile().mac());
                } else {
                    refused.merge(why, 1L, Long::sum);
                }
            }
            JsonNode preview = wave.shop().owner.ok("POST", "/v1/rollouts/preview", plan);
            assertThat(preview.path("selected").asLong()).isEqualTo(80);
            assertThat(preview.path("reachable").asLong()).isEqualTo(reachable.size());
            assertThat(preview.path("seenLastDay").asLong()).isEqualTo(reachable.size());
            var excluded = new TreeMap<String, Long>();
            preview.path("excluded")
                    .forEach(each ->
                            excluded.put(
                                    each.path("code").asText(), each.path("devices").asLong()));
            assertThat(excluded).isEqualTo(refused).hasSize(5);

            String rollout = wave.start(plan);
            // No device is lost permanently among the first: in a group with one member there, a
            // silent one would rightly hold back all others for a day.
            wave.faults(weather().with(UpdateFault.NO_RETURN, 0));
            for (int i = 0; i < 18; i++) {
                untilDone(wave, rollout, 1);
                if (wave.shop().rollout(rollout).path("stage").asInt() == 1) {
                    wave.faults(weather());
                }
            }
            JsonNode midway = wave.shop().rollout(rollout);
            assertThat(midway.path("stage").asInt()).as("%s", midway).isEqualTo(1);
            // Faults end, and those that still wait for their next turn get it.
            wave.faults(UpdateFaults.NONE);
            untilDone(wave, rollout, 24);

            Map<String, JsonNode> states = wave.states(rollout);
            for (String mac : reachable) {
                assertThat(states)
                        .as(
                                "%s",
                                wave.shop().owner.ok("GET", "/v1/devices/" + mac + "/updates", ""))
                        .containsKey(mac);
            }
            assertThat(states.keySet()).as("the preview was right").isEqualTo(reachable);
            int givenUp = 0;
            for (UpdatingDevice device : wave.devices()) {
                JsonNode state = states.get(device.profile().mac());
                if (state == null) {
                    assertThat(device.truth().installs()).isZero();
                } else if (device.power() == Power.GONE) {
                    assertThat(state.path("state").asText()).isIn("SILENT");
                } else if (state.path("state").asText().equals("DELIVERY_FAILED")) {
                    boolean old = Wave.old(device);
                    givenUp++;
                    assertThat(state.path("deliveryFailures").asInt()).isEqualTo(old ? 2 : 5);
                } else {
                    assertThat(state.path("state").asText())
                            .as(state.toPrettyString())
                            .isEqualTo("CONFIRMED");
                    assertThat(device.truth().image().version()).isEqualTo("2.5.0");
                    assertThat(device.truth().installs()).isEqualTo(1);
                }
            }
            assertThat(givenUp).isLessThan(6);
            long gone = wave.devices().stream().filter(each -> each.power() == Power.GONE).count();
            assertThat(wave.count(UpdateCount.LOST)).isEqualTo(gone);
            assertThat(wave.count(UpdateCount.CUT)).isPositive();
            assertThat(wave.count(UpdateCount.ROLLBACKS)).isZero();
            assertThat(wave.count(UpdateCount.REPEATS)).isZero();
            wave.unharmed();
        }
    }

    /**
     * Devices flashed or erased on the way leave the count, except those that come back in the slot
     * that they left: they can't be distinguished from a rollback (update-rules U7).
     */
    @Test
    void cablesOnTheWay() throws Exception {
        try (Nodes nodes = Nodes.start(TestEngine.SQLITE, folder);
                Wave wave =
                        Wave.of(
                                nodes,
                                new Shop(nodes.servers.getFirst()),
                                60,
                                options -> options.versions("2.4.2=3,1.7.6=1").seed(6))) {
            wave.aboard();
            String build = upload(wave.shop(), image("2.5.0"));
            // One stage with high limits: in a small one the first cables would halt everything.
            String patient =
                    ("{\"name\":\"cables\",\"build\":\"%s\",\"stages\":[{\"percent\":100,"
                                    + "\"minDecided\":1,\"failurePercent\":90,"
                                    + "\"deliveryPercent\":90,\"soakMinutes\":30}]}")
                            .formatted(build);
            String rollout = wave.start(patient);
            wave.faults(weather().with(UpdateFault.USB_REFLASH, 0.08));
            untilDone(wave, rollout, 8);
            assertThat(wave.count(UpdateCount.REFLASHES)).isGreaterThan(10);
            assertThat(wave.tally(rollout)).containsKey("EXTERNAL");
            wave.faults(UpdateFaults.NONE);
            untilDone(wave, rollout, 16);
            Map<String, JsonNode> states = wave.states(rollout);
            for (UpdatingDevice device : wave.here()) {
                String mac = device.profile().mac();
                JsonNode state = states.get(mac);
                if (device.truth().image().version().equals("2.4.2")
                        || device.truth().image().version().equals("1.7.6")) {
                    // Every device that could have it but doesn't has a reason.
                    JsonNode why =
                            wave.shop().owner.ok("GET", "/v1/devices/" + mac + "/updates", "");
                    assertThat(why.at("/explanation/now/each/0/code").asText())
                            .as(why + "\n" + state)
                            .isIn("QUARANTINED", "USED_UP", "BACKING_OFF", "GROUP_HALTED");
                }
            }
            assertThat(wave.count(UpdateCount.ROLLBACKS)).isZero();
            wave.unharmed();
        }
    }

    // ------------------------------------------------------------ a build that does harm

    /** On one node, and on two that devices call alternately. */
    @ParameterizedTest
    @EnumSource(TestEngine.class)
    void aWreckedBuildStopsAtItsCanaries(TestEngine engine) throws Exception {
        try (Nodes nodes = Nodes.start(engine, folder);
                Wave wave =
                        Wave.of(
                                nodes,
                                new Shop(nodes.servers.getFirst()),
                                60,
                                options ->
                                        options.boards(Shop.BOARD + "=1," + OTHER + "=1")
                                                .seed(3))) {
            wave.aboard();
            // It crashes before it is marked valid: back to the old one, at once.
            long before = wave.count(UpdateCount.OFFERS);
            String first = wreck(wave, image("2.5.0").thatDoes(Behaviour.CRASH_BEFORE_VALID));
            halts(wave, first, 6);
            long offers = wave.count(UpdateCount.OFFERS) - before;
            assertThat(offers).isBetween(1L, 45L);
            assertThat(wave.fleet.report().running("2.5.0")).isZero();
            assertThat(wave.count(UpdateCount.ROLLBACKS)).isEqualTo(offers);

            oneBoardOnly(wave);

            // It is marked valid and then crashes repeatedly (update-rules X1): there is no
            // rollback.
            before = wave.count(UpdateCount.OFFERS);
            String third = wreck(wave, image("2.6.0").thatDoes(Behaviour.CRASH_AFTER_VALID));
            halts(wave, third, 10);
            assertThat(wave.fleet.report().running("2.6.0"))
                    .isEqualTo((int) (wave.count(UpdateCount.OFFERS) - before))
                    .isLessThan(45);
            wave.unharmed();
        }
    }

    // A first stage in which both boards certainly have some.
    private static String wreck(Wave wave, FirmwareFile file) {
        return wave.start(plan(upload(wave.shop(), file), 40, ""));
    }

    // Until it has halted, and three rounds more.
    private static void halts(Wave wave, String rollout, int rounds) throws Exception {
        for (int i = 0; status(wave, rollout).equals("RUNNING"); i++) {
            assertThat(i).as(wave.shop().rollout(rollout).toPrettyString()).isLessThan(rounds);
            wave.round(Duration.ofSeconds(70));
            wave.counted(rollout);
        }
        JsonNode detail = wave.shop().rollout(rollout);
        assertThat(detail.path("status").asText()).isEqualTo("HALTED");
        assertThat(detail.path("stage").asInt()).isZero();
        long offers = wave.count(UpdateCount.OFFERS);
        wave.later(Duration.ofMinutes(15));
        for (int i = 0; i < 3; i++) {
            wave.round(Duration.ofMinutes(11));
            wave.counted(rollout);
        }
        assertThat(wave.count(UpdateCount.OFFERS)).as("after the halt").isEqualTo(offers);
        wave.shop().owner.ok("POST", "/v1/rollouts/" + rollout + "/cancel", "{}");
    }

    private static String status(Wave wave, String rollout) {
        return wave.shop().rollout(rollout).path("status").asText();
    }

    private static void oneBoardOnly(Wave wave) throws Exception {
        var file = image("2.5.1").thatDoes(Behaviour.CRASH_BEFORE_VALID).onlyOn(OTHER);
        var before = new TreeMap<String, Integer>();
        wave.devices().forEach(device -> before.put(mac(device), device.truth().installs()));
        String rollout = wreck(wave, file);
        for (int i = 0; i < 4; i++) {
            wave.round(Duration.ofSeconds(70));
            wave.counted(rollout);
        }
        JsonNode detail = wave.shop().rollout(rollout);
        assertThat(detail.path("status").asText()).isEqualTo("RUNNING");
        assertThat(detail.path("halted").findValuesAsText("board")).containsExactly(OTHER);
        Set<String> exposed =
                wave.states(rollout).values().stream()
                        .filter(row -> row.at("/stratum/board").asText().equals(OTHER))
                        .map(row -> row.path("macAddress").asText())
                        .collect(Collectors.toCollection(HashSet::new));
        for (int i = 0; i < 8; i++) {
            wave.round(Duration.ofMinutes(12));
            wave.counted(rollout);
        }
        detail = wave.shop().rollout(rollout);
        assertThat(detail.path("stage").asInt()).as(detail.toPrettyString()).isEqualTo(1);
        for (UpdatingDevice device : wave.devices()) {
            boolean harmed = device.hardware().board().equals(OTHER);
            assertThat(device.truth().image().version()).isEqualTo(harmed ? "2.4.2" : "2.5.1");
            boolean got = device.truth().installs() > before.get(mac(device));
            assertThat(got)
                    .as("%s got the build before the halt", mac(device))
                    .isEqualTo(!harmed || exposed.contains(mac(device)));
        }
        wave.shop().owner.ok("POST", "/v1/rollouts/" + rollout + "/cancel", "{}");
    }

    private static String mac(UpdatingDevice device) {
        return device.profile().mac();
    }

    // ------------------------------------------------------------ limits

    @Test
    void limitsHoldOnTwoNodesAtOnce() throws Exception {
        try (Nodes nodes = Nodes.start(TestEngine.POSTGRES, folder);
                Wave wave =
                        Wave.of(
                                nodes,
                                new Shop(nodes.servers.getFirst()),
                                200,
                                options -> options.seed(9))) {
            wave.aboard();
            String minute =
                    wave.start(plan(upload(wave.shop(), image("2.5.0")), 100, "\"perMinute\":7"));
            wave.round(Duration.ofSeconds(30));
            assertThat(wave.count(UpdateCount.OFFERS)).isEqualTo(7);
            wave.round(Duration.ofSeconds(32));
            assertThat(wave.count(UpdateCount.OFFERS)).isEqualTo(7);
            wave.round(Duration.ofMinutes(5));
            assertThat(wave.count(UpdateCount.OFFERS)).isEqualTo(14);
            wave.counted(minute);
            wave.shop().owner.ok("POST", "/v1/rollouts/" + minute + "/cancel", "{}");

            String inFlight =
                    wave.start(
                            plan(
                                    upload(wave.shop(), image("2.6.0")),
                                    100,
                                    "\"inFlight\":40,\"perMinute\":0"));
            wave.later(Duration.ofMinutes(11));
            var over = new AtomicBoolean();
            var most = new AtomicLong();
            Thread watcher =
                    Thread.startVirtualThread(() -> {
                        while (!over.get()) {
                            long now = wave.shop().rollout(inFlight).path("inFlight").asLong();
                            most.accumulateAndGet(now, Math::max);
                        }
                    });
            // Rarely enough not to look like a crash loop.
            long offers = wave.count(UpdateCount.OFFERS);
            wave.round(Duration.ofMinutes(3));
            assertThat(wave.count(UpdateCount.OFFERS) - offers).isEqualTo(40);
            assertThat(open(wave, inFlight)).isEqualTo(40);
            for (int i = 0; wave.fleet.report().running("2.6.0") < 200; i++) {
                assertThat(i)
                        .as("%s %s", wave.tally(inFlight), wave.fleet.report().text())
                        .isLessThan(25);
                wave.round(Duration.ofMinutes(3));
                wave.counted(inFlight);
                assertThat(open(wave, inFlight)).isLessThanOrEqualTo(40);
            }
            over.set(true);
            watcher.join();
            assertThat(most.get()).isEqualTo(40);
            wave.unharmed();
        }
    }

    private static long open(Wave wave, String rollout) {
        return wave.states(rollout).values().stream()
                .filter(row -> STARTED.contains(row.path("state").asText()))
                .count();
    }
}
