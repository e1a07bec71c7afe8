package io.slipway.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.slipway.TestServer;
import io.slipway.firmware.S3Process;
import io.slipway.protocol.firmware.Chip;
import io.slipway.simulator.count.Finding;
import io.slipway.simulator.update.FirmwareFile;
import io.slipway.simulator.update.UpdateCount;
import io.slipway.simulator.update.UpdateFault;
import io.slipway.simulator.update.UpdateFaults;
import io.slipway.simulator.update.UpdateOptions;
import io.slipway.simulator.update.UpdatingDevice;
import io.slipway.sql.TestEngine;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Updating fleets while the server, the file or the database fails. */
class FleetTroubleTest {

    @TempDir Path folder;

    private static FirmwareFile image(String version) {
        return FirmwareFile.of(Chip.ESP32S3, version);
    }

    private static JsonNode running(Wave wave, String rollout) {
        JsonNode detail = wave.shop().rollout(rollout);
        assertThat(detail.path("status").asText()).as(detail.toPrettyString()).isEqualTo("RUNNING");
        return detail;
    }

    // ------------------------------------------------------------ our own outages

    /** The node fails while devices boot the new image for the first time. */
    @Test
    void rollBacksWhileTheNodeIsDownAreNotTheBuilds() throws Exception {
        int port;
        try (var free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        var settings = Map.of("http.port", Integer.toString(port));
        var clock = new io.slipway.TestClock();
        TestServer server = TestServer.start(folder, clock, settings);
        var options = UpdateOptions.of(server.base() + "/v1/ota/", 25).seed(2);
        try (Wave wave = new Wave(new Shop(server), List.of(server), options)) {
            wave.aboard();
            Shop shop = wave.shop();
            String rollout = wave.start(Shop.plan(shop.build(image("2.5.0")), ""));
            wave.round(Duration.ofSeconds(20));
            assertThat(wave.tally(rollout)).isEqualTo(Map.of("DOWNLOADED", 25L));
            server.close();
            wave.fleet.round();
            clock.advance(Duration.ofSeconds(40));
            wave.fleet.round();
            assertThat(wave.count(UpdateCount.ROLLBACKS)).isEqualTo(25);
            clock.advance(Duration.ofMinutes(2));
            server = TestServer.start(folder, clock, settings);
            wave.moved(shop.at(server), List.of(server));
            wave.round(Duration.ofSeconds(30));
            notBlamed(wave, rollout, 25);
            wave.unharmed();
        } finally {
            server.close();
        }
    }

    // Afterwards it continues normally.
    private static void notBlamed(Wave wave, String rollout, int devices) throws Exception {
        for (JsonNode row : wave.states(rollout).values()) {
            assertThat(row.at("/cause/code").asText())
                    .as(row.toPrettyString())
                    .isEqualTo("GATEWAY_DOWN");
            assertThat(row.path("counts").asText()).isEqualTo("UNDECIDED");
        }
        wave.counted(rollout);
        running(wave, rollout);
        for (int i = 0; i < 4; i++) {
            wave.round(Duration.ofMinutes(11));
            wave.counted(rollout);
            running(wave, rollout);
        }
        assertThat(wave.tally(rollout)).isEqualTo(Map.of("CONFIRMED", (long) devices));
        assertThat(wave.fleet.report().running("2.5.0")).isEqualTo(devices);
    }

    /**
     * The database fails, and the node that they then call has never seen them: it can only answer
     * with errors. Their later reports reach the other node.
     */
    @Test
    void rollBacksWhileTheDatabaseIsGoneAreNotTheBuilds() throws Exception {
        Path data = folder.resolve("postgres");
        EmbeddedPostgres postgres = postgres(data, 0);
        int port = postgres.getPort();
        try (Nodes nodes = Nodes.two(folder, postgres.getJdbcUrl("postgres", "postgres"));
                Wave wave =
                        Wave.of(
                                nodes,
                                new Shop(nodes.servers.getFirst()),
                                20,
                                options -> options.seed(2))) {
            List<Integer> ports = nodes.servers.stream().map(TestServer::port).toList();
            nodes.door.to(ports.subList(0, 1));
            wave.aboard();
            String rollout = wave.start(Shop.plan(wave.shop().build(image("2.5.0")), ""));
            wave.round(Duration.ofSeconds(20));
            assertThat(wave.tally(rollout)).isEqualTo(Map.of("DOWNLOADED", 20L));

            postgres.close();
            nodes.door.to(ports.subList(1, 2));
            wave.fleet.round();
            assertThat(wave.fleet.report().fleet().findings().troubles().toString())
                    .contains("500");
            nodes.clock.advance(Duration.ofSeconds(40));
            wave.fleet.round();
            assertThat(wave.count(UpdateCount.ROLLBACKS)).isEqualTo(20);
            postgres = postgres(data, port);
            // Each node learns of the other's outage a few seconds later.
            housekeepAgain(nodes);
            housekeepAgain(nodes);

            nodes.door.to(ports.subList(0, 1));
            wave.round(Duration.ofSeconds(61));
            notBlamed(wave, rollout, 20);
            wave.unharmed();
        } finally {
            postgres.close();
        }
    }

    private static EmbeddedPostgres postgres(Path data, int port) throws IOException {
        var builder = EmbeddedPostgres.builder();
        builder.setDataDirectory(data).setCleanDataDirectory(false);
        return (port == 0 ? builder : builder.setPort(port)).start();
    }

    // Broken connections are noticed one by one.
    private static void housekeepAgain(Nodes nodes) throws InterruptedException {
        for (TestServer node : nodes.servers) {
            for (int i = 0; ; i++) {
                try {
                    node.main.housekeep();
                    break;
                } catch (RuntimeException e) {
                    assertThat(i).as("%s", e).isLessThan(100);
                    Thread.sleep(100);
                }
            }
        }
    }

    // ------------------------------------------------------------ a damaged file

    @Test
    void aFileThatRotsOnTheDiskStopsItsRollout() throws Exception {
        try (Nodes nodes = Nodes.start(TestEngine.SQLITE, folder);
                Wave wave =
                        Wave.of(
                                nodes,
                                new Shop(nodes.servers.getFirst()),
                                30,
                                options -> options.versions("2.4.2=1,1.7.6=1").seed(8))) {
            wave.aboard();
            String rollout =
                    wave.start(
                            Shop.plan(
                                    wave.shop().build(image("2.5.0")),
                                    ",\"limits\":{\"inFlight\":6}"));
            rot(folder.resolve("images"));
            for (int i = 0; i < 8; i++) {
                wave.round(Duration.ofMinutes(11));
                wave.counted(rollout);
            }
            JsonNode detail = wave.shop().rollout(rollout);
            assertThat(detail.path("status").asText()).isEqualTo("HALTED");
            assertThat(wave.tally(rollout).keySet()).containsExactly("INSTALL_FAILED");
            assertThat(wave.count(UpdateCount.OFFERS)).isLessThanOrEqualTo(12);
            assertThat(wave.count(UpdateCount.INSTALLS)).isZero();
            // Firmware before 1.8.0 restarts when it fails: once, and never again.
            Map<String, JsonNode> states = wave.states(rollout);
            for (UpdatingDevice device : wave.devices()) {
                JsonNode state = states.get(device.profile().mac());
                if (state != null && Wave.old(device)) {
                    assertThat(state.path("offers").asInt()).isEqualTo(1);
                }
            }
            // They detected what was done to the file, and nothing else.
            assertThat(wave.fleet.report().broken()).extracting(Finding::rule).containsOnly("§9.1");
        }
    }

    private static void rot(Path images) throws IOException {
        try (Stream<Path> files = Files.walk(images)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                assertThat(file.toFile().setWritable(true)).isTrue();
                try (var open = new RandomAccessFile(file.toFile(), "rw")) {
                    open.seek(open.length() / 2);
                    int there = open.read();
                    open.seek(open.length() / 2);
                    open.write(there ^ 0x40);
                }
            }
        }
    }

    // ------------------------------------------------------------ unobserved downloads

    @Test
    void fromABucketOnlyWhatComesBackIsKnown() throws Exception {
        try (S3Process s3 = S3Process.start(Files.createDirectories(folder.resolve("s3")));
                Nodes nodes =
                        Nodes.start(
                                TestEngine.SQLITE,
                                folder,
                                "firmware.s3.bucket",
                                S3Process.BUCKET,
                                "firmware.s3.endpoint",
                                "http://127.0.0.1:" + s3.port,
                                "firmware.s3.access-key",
                                S3Process.ACCESS,
                                "firmware.s3.secret-key",
                                S3Process.SECRET);
                Wave wave =
                        Wave.of(
                                nodes,
                                new Shop(nodes.servers.getFirst()),
                                24,
                                options -> options.versions("2.4.2=5,1.7.6=1").seed(4))) {
            wave.aboard();
            String plan = Shop.plan(wave.shop().build(image("2.5.0")), "");
            long old = wave.devices().stream().filter(d -> Wave.old(d)).count();
            JsonNode preview = wave.shop().owner.ok("POST", "/v1/rollouts/preview", plan);
            assertThat(preview.at("/excluded/0/code").asText()).isEqualTo("REBOOTS_UNWATCHED");
            assertThat(preview.at("/excluded/0/devices").asLong()).isEqualTo(old).isPositive();
            assertThat(preview.path("reachable").asLong()).isEqualTo(24 - old);

            String rollout = wave.start(plan);
            UpdatingDevice stuck =
                    wave.devices().stream().filter(d -> !Wave.old(d)).findFirst().orElseThrow();
            stuck.faults(UpdateFaults.always(UpdateFault.NO_START));
            for (int i = 0; i < 4; i++) {
                wave.round(Duration.ofMinutes(25));
                wave.counted(rollout);
            }
            JsonNode state = wave.states(rollout).get(stuck.profile().mac());
            assertThat(state.path("state").asText()).isEqualTo("FAILED");
            assertThat(state.at("/cause/code").asText()).isEqualTo("STAGE_UNKNOWN");
            assertThat(state.path("offers").asInt()).isEqualTo(3);
            assertThat(wave.tally(rollout)).isEqualTo(Map.of("CONFIRMED", 23 - old, "FAILED", 1L));
            assertThat(wave.states(rollout).values())
                    .allMatch(row -> row.path("downloadEndedAt").isNull());
            running(wave, rollout);
            // A second time, and then never again.
            for (int i = 0; i < 12; i++) {
                wave.round(Duration.ofMinutes(45));
            }
            state = wave.states(rollout).get(stuck.profile().mac());
            assertThat(state.path("quarantined").asBoolean()).as(state.toPrettyString()).isTrue();
            assertThat(state.path("offers").asInt()).isEqualTo(6);
            wave.unharmed();
        }
    }
}
