package io.slipway.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.Person;
import io.slipway.TestServer;
import io.slipway.protocol.firmware.Chip;
import io.slipway.simulator.board.Power;
import io.slipway.simulator.count.Finding;
import io.slipway.simulator.update.Behaviour;
import io.slipway.simulator.update.DownloadResult;
import io.slipway.simulator.update.FirmwareFile;
import io.slipway.simulator.update.UpdatingDevice;
import io.slipway.sql.TestEngine;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** A device updates itself over the network: upload, rollout, offer, download, restart. */
@ParameterizedClass
@EnumSource(TestEngine.class)
class UpdateTest {

    private final TestEngine engine;
    private TestServer server;
    private Shop shop;

    UpdateTest(TestEngine engine) {
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

    @Test
    void theWholeWay() {
        UpdatingDevice device = shop.device(1);
        String build = shop.build(FirmwareFile.of(Chip.ESP32S3, "2.5.0"));
        String rollout = shop.start(Shop.plan(build, ""));
        assertThat(Shop.restart(device)).isTrue();
        assertThat(device.download()).isInstanceOf(DownloadResult.Installed.class);
        server.clock.advance(Duration.ofSeconds(20));
        // The first check-in on the new build gets no offer, whatever the version.
        assertThat(Shop.restart(device)).isFalse();
        assertThat(device.truth().image().version()).isEqualTo("2.5.0");
        server.clock.advance(Duration.ofMinutes(2));
        assertThat(Shop.restart(device)).isFalse();
        shop.settle();
        var states = shop.owner.ok("GET", "/v1/rollouts/" + rollout + "/devices", "");
        assertThat(states.findValuesAsText("state")).containsExactly("CONFIRMED");
        assertThat(device.report().fleet().findings().broken().stream().map(Finding::rule))
                .isEmpty();
    }

    /** The canary crashes before it is marked valid: no other device gets the build. */
    @Test
    void aWreckedBuildStopsAtItsFirstDevice() {
        UpdatingDevice first = shop.device(1);
        UpdatingDevice second = shop.device(2);
        var wreck = FirmwareFile.of(Chip.ESP32S3, "2.5.0").thatDoes(Behaviour.CRASH_BEFORE_VALID);
        String rollout = shop.start(Shop.plan(shop.build(wreck), ""));
        assertThat(Shop.restart(first)).isTrue();
        first.download();
        server.clock.advance(Duration.ofSeconds(20));
        // It crashes, and its bootloader rolls back.
        assertThat(first.boot()).isEqualTo(Power.OFF);
        assertThat(Shop.restart(first)).isFalse();
        assertThat(first.truth().image().version()).isEqualTo("2.4.2");
        var detail = shop.rollout(rollout);
        assertThat(detail.path("status").asText()).isEqualTo("HALTED");
        assertThat(detail.at("/verdict/code").asText())
                .as(detail.toPrettyString())
                .isIn("CANARY_CRASHED", "FAILS_EVERYWHERE");
        for (int i = 0; i < 3; i++) {
            shop.settle();
            assertThat(Shop.restart(second)).isFalse();
        }
        assertThat(second.truth().installs()).isZero();
        String mac = second.profile().mac();
        var why = shop.owner.ok("GET", "/v1/devices/" + mac + "/updates", "");
        assertThat(why.toString()).contains("HALTED");
        var feed = shop.owner.ok("GET", "/v1/events?rollout=" + rollout, "");
        assertThat(feed.findValuesAsText("type"))
                .contains("rollout_halted", "rolled_back", "offered", "rollout_started");
    }

    /** update-rules U9, U16. */
    @Test
    void anOfferThatLeadsNowhereIsMadeAgain() {
        UpdatingDevice device = shop.device(1);
        String rollout = shop.start(Shop.plan(shop.build(good("2.5.0")), ""));
        assertThat(Shop.restart(device)).isTrue();
        server.main.housekeep();
        assertThat(state(rollout)).isEqualTo("OFFERED");
        // Nothing happens, and its next check-in shows it, although it reports nothing new.
        server.clock.advance(Duration.ofMinutes(3));
        server.main.housekeep();
        assertThat(state(rollout)).isEqualTo("LAPSED");
        assertThat(Shop.restart(device)).isFalse();
        assertThat(state(rollout)).isEqualTo("ELIGIBLE");
        // Ten minutes after the first offer it gets the next one.
        shop.settle();
        assertThat(Shop.restart(device)).isTrue();
    }

    /** decisions D9: the duration of its silence is unknown, so it does not count. */
    @Test
    void aStepOfTheClockMakesNobodySilent() {
        UpdatingDevice device = shop.device(1);
        String rollout = shop.start(Shop.plan(shop.build(good("2.5.0")), ""));
        assertThat(Shop.restart(device)).isTrue();
        assertThat(device.download()).isInstanceOf(DownloadResult.Installed.class);
        server.main.housekeep();
        for (Duration step : new Duration[] {Duration.ofDays(40), Duration.ofDays(-80)}) {
            server.setClock(step);
            var again = shop.owner.again("owner");
            server.main.housekeep();
            assertThat(state(again, rollout)).isEqualTo("DOWNLOADED");
            server.clock.advance(Duration.ofMinutes(61));
            server.main.housekeep();
            server.main.housekeep();
            assertThat(state(again, rollout))
                    .as("the clock step of %s is not elapsed time", step)
                    .isEqualTo("DOWNLOADED");
        }
        // From here on it is silent, and times from when the clock was ahead delay nothing.
        server.clock.advance(Duration.ofDays(2));
        assertThat(Shop.restart(device)).isFalse();
        server.main.housekeep();
        assertThat(state(shop.owner.again("owner"), rollout)).isIn("BOOTED", "CONFIRMED");
    }

    private static String state(Person owner, String rollout) {
        return owner.ok("GET", "/v1/rollouts/" + rollout + "/devices", "")
                .findValuesAsText("state")
                .getFirst();
    }

    /** A device that is unbound during an update leaves the count. */
    @Test
    void anUnboundDeviceLeaves() {
        UpdatingDevice device = shop.device(1);
        String rollout = shop.start(Shop.plan(shop.build(good("2.5.0")), ""));
        assertThat(Shop.restart(device)).isTrue();
        shop.owner.ok(
                "POST",
                "/xiaozhi/device/unbind",
                "{\"deviceId\":\"" + device.profile().mac() + "\"}");
        assertThat(state(rollout)).isEqualTo("EXTERNAL");
        assertThat(Shop.restart(device)).as("an unbound device gets no offer").isFalse();
    }

    /** A build that turns out bad is taken back by force, from those that run it. */
    @Test
    void turnedBack() {
        UpdatingDevice device = shop.device(1);
        String old = shop.build(good("2.4.2"));
        String bad = shop.build(good("2.5.0"));
        String rollout = shop.start(Shop.plan(bad, ""));
        assertThat(Shop.restart(device)).isTrue();
        device.download();
        server.clock.advance(Duration.ofSeconds(20));
        Shop.restart(device);
        shop.settle();
        assertThat(device.truth().image().version()).isEqualTo("2.5.0");
        String back =
                shop.owner
                        .ok(
                                "POST",
                                "/v1/rollouts/" + rollout + "/turn-back",
                                "{\"build\":\"" + old + "\"}")
                        .path("id")
                        .asText();
        assertThat(shop.rollout(rollout).path("status").asText()).isEqualTo("CANCELLED");
        assertThat(Shop.restart(device)).as("forced").isTrue();
        device.download();
        server.clock.advance(Duration.ofSeconds(20));
        assertThat(Shop.restart(device)).isFalse();
        assertThat(device.truth().image().version()).isEqualTo("2.4.2");
        shop.settle();
        assertThat(Shop.restart(device)).as("neither an update nor a return").isFalse();
        assertThat(state(back)).isEqualTo("CONFIRMED");
        assertThat(device.report().fleet().findings().broken().stream().map(Finding::rule))
                .isEmpty();
    }

    private static FirmwareFile good(String version) {
        return FirmwareFile.of(Chip.ESP32S3, version);
    }

    /** Of its only device. */
    private String state(String rollout) {
        var devices = shop.owner.ok("GET", "/v1/rollouts/" + rollout + "/devices", "");
        return devices.findValuesAsText("state").getFirst();
    }
}
