package io.slipway.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.TestServer;
import io.slipway.protocol.firmware.Chip;
import io.slipway.simulator.DownloadResult;
import io.slipway.simulator.Finding;
import io.slipway.simulator.FirmwareFile;
import io.slipway.simulator.UpdatingDevice;
import io.slipway.sql.TestEngine;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** A device updates itself over the wire: upload, rollout, offer, download, restart. */
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
        assertThat(device.truth().version()).isEqualTo("2.5.0");
        server.clock.advance(Duration.ofMinutes(2));
        assertThat(Shop.restart(device)).isFalse();
        shop.settle();
        var states = shop.owner.ok("GET", "/v1/rollouts/" + rollout + "/devices", "");
        assertThat(states.findValuesAsText("state")).containsExactly("CONFIRMED");
        assertThat(device.report().fleet().broken().stream().map(Finding::rule)).isEmpty();
    }
}
