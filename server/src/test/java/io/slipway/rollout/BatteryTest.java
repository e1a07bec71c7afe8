package io.slipway.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.slipway.TestServer;
import io.slipway.protocol.firmware.Chip;
import io.slipway.session.Await;
import io.slipway.simulator.board.Pace;
import io.slipway.simulator.talk.TalkDoor;
import io.slipway.simulator.talk.TalkLog;
import io.slipway.simulator.talk.TalkUrl;
import io.slipway.simulator.talk.TalkingDevice;
import io.slipway.simulator.update.FirmwareFile;
import io.slipway.simulator.update.UpdatingDevice;
import io.slipway.sql.Plane;
import io.slipway.sql.TestEngine;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** update-rules 2.3: a device whose battery was low when it last talked waits. */
@ParameterizedClass
@EnumSource(TestEngine.class)
class BatteryTest {

    @Parameter TestEngine engine;
    @TempDir Path folder;
    private TestServer server;
    private Shop shop;
    private UpdatingDevice device;

    @BeforeEach
    void start() {
        server = TestServer.start(engine, folder);
        shop = new Shop(server);
        device = shop.device(1);
        shop.start(Shop.plan(shop.build(FirmwareFile.of(Chip.ESP32S3, "2.5.0")), ""));
    }

    @AfterEach
    void stop() {
        server.close();
    }

    /** One conversation, after which the server knows the reported level. */
    private void talks(int level, boolean charging) throws Exception {
        var url = TalkUrl.parse(device.nvs().get("websocket/url"));
        var door = new TalkDoor(url, device.nvs().get("websocket/token"), 1, null);
        var log = new TalkLog();
        try (var talk = new TalkingDevice(device.profile(), door, Pace.REAL, log)) {
            talk.battery(level, charging);
            talk.open();
            long before = told();
            Await.until(() -> {
                server.main.housekeep();
                return told() > before;
            });
        }
    }

    private long told() {
        return server.main
                .base()
                .database()
                .read(
                        Plane.CONSOLE,
                        tx ->
                                tx.handle()
                                        .createQuery("SELECT max(battery_at) FROM device_seen")
                                        .mapTo(Long.class)
                                        .one());
    }

    /** The reason on its page. */
    private JsonNode why() {
        String path = "/v1/devices/" + device.profile().mac() + "/updates";
        return shop.owner.ok("GET", path, "").at("/explanation");
    }

    @Test
    void itWaitsUntilItReportsCharging() throws Exception {
        talks(19, false);
        assertThat(Shop.restart(device)).isFalse();
        assertThat(why().toString()).contains("LOW_BATTERY", "19 < 20 %", "电量低", "battery was low");
        server.clock.advance(Duration.ofMinutes(5));
        talks(19, true);
        assertThat(Shop.restart(device)).isTrue();
    }

    @Test
    void enoughIsEnough() throws Exception {
        talks(20, false);
        assertThat(Shop.restart(device)).isTrue();
    }

    @Test
    void afterADayItIsForgotten() throws Exception {
        talks(3, false);
        server.clock.advance(Duration.ofHours(23));
        assertThat(Shop.restart(device)).isFalse();
        server.clock.advance(Duration.ofMinutes(61));
        assertThat(Shop.restart(device)).isTrue();
    }
}
