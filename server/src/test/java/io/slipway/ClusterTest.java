package io.slipway;

import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.sql.TestEngine;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two nodes over one PostgreSQL (decisions D6). */
class ClusterTest {

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    @TempDir Path folder;

    @Test
    void aBindOnOneNodeIsSeenByTheNextCheckInOnTheOther() throws Exception {
        var clock = new TestClock();
        Map<String, String> settings = TestServer.shared(TestEngine.POSTGRES.config(folder).url());
        try (TestServer one = TestServer.start(folder.resolve("one"), clock, settings);
                TestServer two = TestServer.start(folder.resolve("two"), clock, settings)) {
            Person owner = Person.register(one, "owner");
            TestDevice device = TestDevice.of(one, 1);
            String code = device.code();
            assertThat(device.at(two).code()).as("one code for all nodes").isEqualTo(code);
            owner.at(two).bind(code);
            assertThat(device.poll()).isEqualTo(200);
            assertThat(device.bound()).isTrue();
            assertThat(device.at(two).bound()).isTrue();
            assertThat(device.checkIn().at("/websocket/token"))
                    .isEqualTo(device.at(two).checkIn().at("/websocket/token"));

            // Both have it in memory now; the other node learns of the end within 2 s.
            owner.unbind(device);
            assertThat(device.bound()).isFalse();
            eventually(() -> !device.at(two).bound());
            assertThat(device.at(two).poll()).isEqualTo(202);
        }
    }

    @Test
    void anAccountsTimeZoneReachesTheCheckInsOfTheOther() throws Exception {
        var clock = new TestClock();
        Map<String, String> settings = TestServer.shared(TestEngine.POSTGRES.config(folder).url());
        try (TestServer one = TestServer.start(folder.resolve("one"), clock, settings);
                TestServer two = TestServer.start(folder.resolve("two"), clock, settings)) {
            Person owner = Person.register(one, "owner");
            Person stranger = Person.register(one, "stranger");
            TestDevice device = TestDevice.of(two, 1);
            TestDevice other = TestDevice.of(two, 2);
            owner.bind(device.at(one).code());
            stranger.bind(other.at(one).code());
            for (TestDevice each : new TestDevice[] {device, device.at(one), other}) {
                // Twice, so that it is in that node's memory.
                assertThat(zone(each)).isEqualTo(zone(each)).isEqualTo("Asia/Shanghai 480");
            }
            for (String zone : new String[] {"Asia/Kathmandu 345", "Asia/Dubai 240"}) {
                String name = zone.split(" ")[0];
                owner.ok("PUT", "/xiaozhi/user/info", "{\"timeZone\":\"" + name + "\"}");
                eventually(() -> zone(device).equals(zone));
                eventually(() -> zone(device.at(one)).equals(zone));
            }
            // And in the other direction.
            owner.at(two).ok("PUT", "/xiaozhi/user/info", "{\"timeZone\":\"UTC\"}");
            eventually(() -> zone(device.at(one)).equals("UTC 0"));
            eventually(() -> zone(device).equals("UTC 0"));
            assertThat(zone(other)).isEqualTo("Asia/Shanghai 480");
        }
    }

    private static String zone(TestDevice device) {
        var time = device.checkIn().path("server_time");
        return time.path("timeZone").asText() + " " + time.path("timezone_offset").asInt();
    }

    private interface Condition {
        boolean holds();
    }

    // Bounded waiting for something on another thread; not a measurement.
    private static void eventually(Condition condition) throws InterruptedException {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.holds()) {
            assertThat(System.nanoTime()).as("in time").isLessThan(end);
            Thread.sleep(20);
        }
    }
}
