package io.slipway.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.slipway.device.profile.CheckInTimes;
import io.slipway.device.seen.SeenLog;
import io.slipway.protocol.socket.Battery;
import io.slipway.sql.Database;
import io.slipway.sql.Plane;
import io.slipway.sql.StoreException;
import io.slipway.sql.TestEngine;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SeenLogTest {

    private static final long NOW = 1_785_000_000_000L;

    @TempDir private Path folder;
    private Database database;
    private SeenLog log;
    private long now = NOW + 1_000_000;

    @BeforeEach
    void open() {
        database = TestEngine.SQLITE.open(folder);
        log = new SeenLog(database, () -> Instant.ofEpochMilli(now));
    }

    @AfterEach
    void close() {
        database.close();
    }

    private long ask(String sql) {
        return database.read(
                Plane.CONSOLE, tx -> tx.handle().createQuery(sql).mapTo(Long.class).one());
    }

    private void see(int devices, int times) {
        for (int i = 0; i < times; i++) {
            log.seen(1 + i % devices, NOW + i, "10.0.0.1", true);
        }
    }

    @Test
    void fewAreWrittenAtOnce() {
        see(1, 1);
        log.tick();
        assertThat(ask("SELECT count(*) FROM device_seen")).isEqualTo(1);
    }

    @Test
    void moreWaitForOthersButNotForLong() {
        see(2_500, 2_500);
        long ticks = SeenLog.LONGEST.toSeconds() / SeenLog.PERIOD.toSeconds();
        for (int i = 1; i < ticks; i++) {
            log.tick();
            assertThat(ask("SELECT count(*) FROM device_seen")).isZero();
        }
        log.tick();
        assertThat(ask("SELECT count(*) FROM device_seen")).isEqualTo(2_500);
    }

    @Test
    void manyDoNotWait() {
        see(10, 250_000);
        log.tick();
        assertThat(ask("SELECT count(*) FROM device_seen")).isEqualTo(10);
        assertThat(ask("SELECT seen_at FROM device_seen WHERE id = 10")).isEqualTo(NOW + 249_999);
        assertThat(ask("SELECT length(ring) FROM device_seen WHERE id = 10"))
                .isEqualTo(CheckInTimes.MOST * CheckInTimes.WIDTH);
    }

    private void change(String sql) {
        database.run(Plane.CONSOLE, tx -> tx.handle().execute(sql));
    }

    @Test
    void countsThatCouldNotBeWrittenAreWrittenLater() {
        log.count(NOW, "bread", "2.4.2");
        log.count(NOW, "bread", "2.4.2");
        log.count(NOW, "bread", "2.5.0");
        change("ALTER TABLE device_hour RENAME TO elsewhere");
        assertThatThrownBy(() -> log.flush()).isInstanceOf(StoreException.class);
        change("ALTER TABLE elsewhere RENAME TO device_hour");
        log.count(NOW, "bread", "2.4.2");
        log.flush();
        assertThat(ask("SELECT sum(count) FROM device_hour")).isEqualTo(4);
        assertThat(ask("SELECT count FROM device_hour WHERE version = '2.4.2'")).isEqualTo(3);
        log.flush();
        assertThat(ask("SELECT sum(count) FROM device_hour")).isEqualTo(4);
    }

    private String battery(long id) {
        return ask("SELECT battery FROM device_seen WHERE id = " + id)
                + " "
                + ask("SELECT charging FROM device_seen WHERE id = " + id)
                + " "
                + (ask("SELECT battery_at FROM device_seen WHERE id = " + id) - NOW);
    }

    @Test
    void theLatestBatteryStays() {
        see(2, 2);
        log.battery(1, new Battery(80, true, NOW));
        log.battery(1, new Battery(7, false, NOW + 5));
        // Of a device that no longer exists.
        log.battery(9, new Battery(7, false, NOW + 5));
        log.tick();
        assertThat(battery(1)).isEqualTo("7 0 5");
        assertThat(battery(2)).isEqualTo("0 0 " + -NOW);
        assertThat(ask("SELECT count(*) FROM device_seen")).isEqualTo(2);
        // From a node that was slow to write.
        log.battery(1, new Battery(90, true, NOW + 4));
        log.tick();
        assertThat(battery(1)).isEqualTo("7 0 5");
        log.battery(1, new Battery(100, true, NOW + 6));
        log.tick();
        assertThat(battery(1)).isEqualTo("100 1 6");
        see(1, 1);
        log.tick();
        assertThat(battery(1)).as("a check-in doesn't report it").isEqualTo("100 1 6");
    }

    @Test
    void aBatteryReportedByAClockAheadIsReplaced() {
        see(1, 1);
        log.battery(1, new Battery(7, false, now + 1_000));
        log.tick();
        log.battery(1, new Battery(90, true, NOW + 6));
        log.tick();
        assertThat(battery(1)).isEqualTo("90 1 6");
    }

    /**
     * Hours with more counts than one transaction deletes; after a long pause there are several.
     */
    @ParameterizedTest
    @EnumSource(TestEngine.class)
    void allOldHourlyCountsAreDeleted(TestEngine engine) {
        close();
        database = engine.open(folder.resolve("hours"));
        log = new SeenLog(database, () -> Instant.ofEpochMilli(now));
        long hour = now / 3_600_000;
        for (long each : new long[] {hour - 50, hour - 49, hour - 48, hour - 10}) {
            for (int i = 0; i < 700; i++) {
                log.count(each * 3_600_000, "board" + i, "2.4.2");
            }
            log.flush();
        }
        log.clean(Duration.ofDays(2));
        assertThat(ask("SELECT count(*) FROM device_hour")).isEqualTo(1_400);
        assertThat(ask("SELECT min(hour) FROM device_hour")).isEqualTo(hour - 48);
    }
}
