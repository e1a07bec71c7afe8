package io.slipway.device;

import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.sql.Database;
import io.slipway.sql.Plane;
import io.slipway.sql.TestEngine;
import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

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
                .isEqualTo(Ring.MOST * Ring.WIDTH);
    }
}
