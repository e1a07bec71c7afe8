package io.slipway.firmware;

import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.TestClock;
import io.slipway.account.Caller;
import io.slipway.device.seen.KnownHost;
import io.slipway.protocol.firmware.Chip;
import io.slipway.protocol.firmware.ImageWriter;
import io.slipway.sql.Plane;
import io.slipway.sql.TestEngine;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** update-rules 2.3: whose address is compiled into a build. */
class HomeAddressesTest {

    @TempDir Path folder;
    private int builds;

    private FirmwareFixture depot(TestEngine engine, String publicUrl) {
        return new FirmwareFixture(
                engine.config(folder), folder, null, new TestClock(), false, publicUrl);
    }

    private boolean leadsHome(FirmwareFixture depot, Caller caller, String... addresses) {
        String constants = "\0" + String.join("\0", addresses) + "\0";
        var image =
                new ImageWriter(Chip.ESP32S3)
                        .seed(builds++)
                        .constants(constants.getBytes(StandardCharsets.US_ASCII));
        Build made = depot.add(caller, image, BuildChanges.NONE);
        Build read =
                depot.database
                        .read(Plane.CONSOLE, tx -> depot.builds().find(tx, made.id()))
                        .orElseThrow();
        assertThat(read).isEqualTo(made);
        assertThat(read.facts().addresses()).containsExactly(addresses);
        return read.upload().leadsHome();
    }

    private static void called(FirmwareFixture depot, Caller caller, String host) {
        depot.database.run(
                Plane.CONSOLE,
                tx -> KnownHost.called(tx, caller.accountId(), host, depot.clock.millis()));
    }

    @ParameterizedTest
    @EnumSource(TestEngine.class)
    void theSettingSaysIt(TestEngine engine) {
        try (FirmwareFixture depot = depot(engine, "https://voice.example.com")) {
            Caller maker = depot.login("maker", false).caller();
            called(depot, maker, "other.example.com");
            assertThat(leadsHome(depot, maker, "https://voice.example.com/xiaozhi/ota/")).isTrue();
            assertThat(leadsHome(depot, maker, "http://voice.example.com/xiaozhi/ota/")).isFalse();
            assertThat(leadsHome(depot, maker, "https://other.example.com/ota/")).isFalse();
            assertThat(
                            leadsHome(
                                    depot,
                                    maker,
                                    "https://api.tenclass.net/xiaozhi/ota/",
                                    "https://voice.example.com/ota/"))
                    .isTrue();
        }
    }

    @ParameterizedTest
    @EnumSource(TestEngine.class)
    void elseTheHostsOfItsAccountsDevices(TestEngine engine) {
        try (FirmwareFixture depot = depot(engine, "")) {
            Caller maker = depot.login("maker", false).caller();
            Caller other = depot.login("other", false).caller();
            String address = "http://10.0.0.2:8003/xiaozhi/ota/";
            assertThat(leadsHome(depot, maker, address)).as("unknown").isFalse();
            called(depot, maker, "10.0.0.2:8003");
            assertThat(leadsHome(depot, maker, address)).isTrue();
            assertThat(leadsHome(depot, other, address)).isFalse();
            depot.clock.advance(Duration.ofDays(30));
            assertThat(leadsHome(depot, maker, address)).isTrue();
            depot.clock.advance(Duration.ofMinutes(1));
            assertThat(leadsHome(depot, maker, address)).as("long ago").isFalse();
        }
    }
}
