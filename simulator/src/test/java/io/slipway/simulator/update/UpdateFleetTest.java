package io.slipway.simulator.update;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.slipway.protocol.ota.CheckIn;
import io.slipway.simulator.CannedServer;
import io.slipway.simulator.CannedService;
import io.slipway.simulator.board.ImageState;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class UpdateFleetTest {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private CannedUpdates server;

    @BeforeEach
    void open() throws IOException {
        server = new CannedUpdates();
    }

    @AfterEach
    void close() throws IOException {
        server.close();
    }

    /**
     * Makes offers by the update rules: not right after a change, and only what fits. A start makes
     * at most two check-ins, so the third one with the same build is another start.
     */
    private void offerCarefully(FirmwareFile file) {
        Map<String, List<String>> before = new ConcurrentHashMap<>();
        String path = server.put(file);
        server.firmware(checkIn -> {
            String running = checkIn.application().elfSha256() + checkIn.slot();
            List<String> last =
                    before.merge(
                            String.valueOf(checkIn.mac()),
                            List.of(running),
                            (old, now) ->
                                    old.contains(running)
                                            ? Stream.concat(old.stream(), now.stream()).toList()
                                            : now);
            return last.size() > 2
                            && !checkIn.application().elfSha256().equals(file.elfSha256())
                            && slots(checkIn)
                    ? server.section(file.version(), path, false)
                    : "";
        });
    }

    private static boolean slots(CheckIn checkIn) {
        return checkIn.hardware().partitions().stream().anyMatch(p -> p.label().equals("ota_1"));
    }

    private UpdateOptions options(int devices) {
        return UpdateOptions.of(server.url(), devices)
                .speed(20_000)
                .rate(0)
                .rebootEvery(Duration.ofMinutes(10));
    }

    @Test
    void allOfThemUpdateInTime() throws Exception {
        offerCarefully(CannedUpdates.image("2.5.0"));
        var options =
                options(60)
                        .versions("2.4.2=5,1.7.6=3,1.5.6")
                        .boards("a=4,b-ml307=2,c:esp32s3:v1-8m");
        try (var fleet = new UpdateFleet(options)) {
            fleet.start();
            assertThat(fleet.await(r -> r.running("2.5.0") == 60, PATIENCE))
                    .as("%s", fleet.report())
                    .isTrue();
            UpdateReport report = fleet.report();
            assertThat(report.broken()).isEmpty();
            assertThat(report.clean()).isTrue();
            assertThat(report.count(UpdateCount.INSTALLS)).isEqualTo(60);
            assertThat(report.count(UpdateCount.REPEATS)).isZero();
            assertThat(report.text()).contains("2.5.0×60").contains("installs 60");
        }
    }

    /** All that can be updated, in the end. */
    @Test
    void itWorksOutDespiteFaults() throws Exception {
        offerCarefully(CannedUpdates.image("2.5.0"));
        var faults =
                UpdateFaults.parse(
                        "bad-image=0.1,crash-before-valid=0.1,crash-on-answer=0.1,power-loss=0.1,"
                                + "cut=0.1,no-start=0.1,duplicate-post=0.1,lost-post=0.05,"
                                + "usb-erase=0.02,usb-other-build=0.02");
        var options = options(60).boards("a=8,small:esp32s3:v2-4m=2").faults(faults);
        try (var fleet = new UpdateFleet(options)) {
            long able =
                    fleet.devices().stream()
                            .filter(d -> d.hardware().table().slotSize() > 0)
                            .count();
            assertThat(able).isBetween(30L, 59L);
            fleet.start();
            // Flashing by cable goes on forever, so all at once never happens.
            assertThat(fleet.await(r -> r.running("2.5.0") >= able * 3 / 4, PATIENCE))
                    .as("%s", fleet.report())
                    .isTrue();
            UpdateReport report = fleet.report();
            assertThat(report.broken()).isEmpty();
            assertThat(report.count(UpdateCount.ROLLBACKS)).isPositive();
            assertThat(report.count(UpdateCount.CUT)).isPositive();
            assertThat(report.count(UpdateCount.DUPLICATES)).isPositive();
        }
    }

    @Test
    void roundByRound() throws Exception {
        offerCarefully(CannedUpdates.image("2.5.0"));
        try (var fleet = new UpdateFleet(options(70))) {
            fleet.round();
            fleet.round();
            assertThat(fleet.report().count(UpdateCount.OFFERS)).isZero();
            fleet.round(device -> device.profile().mac().endsWith("0"));
            long some = fleet.report().count(UpdateCount.COMPLETE);
            assertThat(some).isBetween(1L, 10L);
            fleet.round();
            assertThat(fleet.report().running("2.5.0")).isEqualTo((int) some);
            fleet.round();
            assertThat(fleet.report().running("2.5.0")).isEqualTo(70);
            assertThat(fleet.devices())
                    .extracting(device -> device.truth().image().state())
                    .containsOnly(ImageState.VALID);
            assertThat(fleet.report().clean()).isTrue();
            assertThatThrownBy(
                            () -> {
                                fleet.start();
                                fleet.round();
                            })
                    .isInstanceOf(IllegalStateException.class);
        }
    }

    @Test
    void aWreckedBuildIsSurvived() throws Exception {
        offerCarefully(CannedUpdates.image("2.5.0").thatDoes(Behaviour.CRASH_BEFORE_VALID));
        try (var fleet = new UpdateFleet(options(20))) {
            for (int i = 0; i < 4; i++) {
                fleet.round();
            }
            assertThat(fleet.report().running("2.5.0")).isEqualTo(20);
            server.offerNothing();
            fleet.round();
            UpdateReport report = fleet.report();
            assertThat(report.running("2.4.2")).isEqualTo(20);
            assertThat(report.count(UpdateCount.CRASHES)).isEqualTo(20);
            assertThat(report.count(UpdateCount.ROLLBACKS)).isEqualTo(20);
            assertThat(report.broken()).isEmpty();
        }
    }

    /** Marked valid, so there is no rollback: they crash and check in again and again. */
    @Test
    void aBuildThatCrashesOnceItIsValid() throws Exception {
        offerCarefully(CannedUpdates.image("2.5.0").thatDoes(Behaviour.CRASH_AFTER_VALID));
        try (var fleet = new UpdateFleet(options(5))) {
            fleet.start();
            assertThat(fleet.await(r -> r.count(UpdateCount.CRASHES) > 50, PATIENCE)).isTrue();
            UpdateReport report = fleet.report();
            assertThat(report.count(UpdateCount.ROLLBACKS)).isZero();
            assertThat(report.count(UpdateCount.INSTALLS)).isBetween(1L, 5L);
            assertThat(report.broken()).isEmpty();
        }
    }

    @Test
    void theSameSeedGivesTheSameFleet() throws Exception {
        var one = options(30).versions("2.4.2=1,2.4.1=1").boards("a,b").seed(5);
        var other = options(30).versions("2.4.2=1,2.4.1=1").boards("a,b").seed(6);
        try (var first = new UpdateFleet(one);
                var second = new UpdateFleet(one);
                var third = new UpdateFleet(other)) {
            assertThat(first.devices())
                    .extracting(UpdatingDevice::truth)
                    .isEqualTo(second.devices().stream().map(UpdatingDevice::truth).toList());
            assertThat(first.devices().getFirst().truth())
                    .isNotEqualTo(third.devices().getFirst().truth());
            assertThat(first.devices())
                    .extracting(device -> device.truth().mac())
                    .doesNotHaveDuplicates();
        }
    }

    @Test
    void theirOwnerEntersTheCodes() throws Exception {
        var service = new CannedService(0);
        try (var canned = new CannedServer(service::answer)) {
            var options =
                    UpdateOptions.of(canned.url(), 12)
                            .versions("2.4.2,1.5.6")
                            .speed(20_000)
                            .owner(service);
            try (var fleet = new UpdateFleet(options)) {
                fleet.start();
                assertThat(fleet.await(r -> r.fleet().counts().codesEntered() == 12, PATIENCE))
                        .isTrue();
                assertThat(fleet.await(r -> r.fleet().states().activated() > 0, PATIENCE)).isTrue();
                assertThat(fleet.report().broken()).isEmpty();
            }
        }
    }

    @Test
    void theirOwnerEntersTheCodesInARound() throws Exception {
        var service = new CannedService(0);
        try (var canned = new CannedServer(service::answer);
                var fleet =
                        new UpdateFleet(
                                UpdateOptions.of(canned.url(), 12)
                                        .versions("2.4.2,1.5.6")
                                        .owner(service))) {
            fleet.round();
            assertThat(service.bound).hasSize(12);
            assertThat(fleet.report().fleet().counts().codesEntered()).isEqualTo(12);
            assertThat(fleet.report().clean()).isTrue();
        }
    }

    @Test
    void anOutageIsOnlyTrouble() throws Exception {
        try (var fleet = new UpdateFleet(options(5))) {
            server.status(500);
            fleet.round();
            server.close();
            fleet.round();
            assertThat(fleet.report().broken()).isEmpty();
            assertThat(fleet.report().fleet().findings().troubles()).isNotEmpty();
            assertThat(fleet.report().clean()).isFalse();
        }
    }

    /** Ten times, at growing intervals; then it continues without a reply (update-rules F10). */
    @Test
    void aDeviceWithoutAnAnswerAsksTenTimes() throws Exception {
        server.status(500);
        var options = options(1).rebootEvery(Duration.ofDays(300)).speed(1e6);
        try (var fleet = new UpdateFleet(options)) {
            fleet.start();
            assertThat(fleet.await(r -> r.fleet().states().failed() == 1, PATIENCE)).isTrue();
            assertThat(server.requests()).hasSize(10);
        }
    }
}
