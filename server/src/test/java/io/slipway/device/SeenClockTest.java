package io.slipway.device;

import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.device.profile.CheckInTimes;
import io.slipway.device.profile.CheckIns;
import io.slipway.device.seen.SeenLog;
import io.slipway.device.seen.Sightings;
import io.slipway.sql.Database;
import io.slipway.sql.Plane;
import io.slipway.sql.TestEngine;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** decisions D9: last seen follows a clock that is set, in both directions. */
@ParameterizedClass
@EnumSource(TestEngine.class)
class SeenClockTest {

    private static final long NOW = 1_790_000_000_000L;
    private static final long DAY = Duration.ofDays(1).toMillis();

    @Parameter private TestEngine engine;
    @TempDir private Path folder;
    private Database database;
    private SeenLog log;
    private long now = NOW;

    @BeforeEach
    void open() {
        database = engine.open(folder);
        log = new SeenLog(database, () -> Instant.ofEpochMilli(now));
    }

    @AfterEach
    void close() {
        database.close();
    }

    private void checkIn() {
        log.seen(7, now, "10.0.0.1", true);
        log.count(now, "board", "1.0.0");
    }

    private long seenAt() {
        return database.read(
                Plane.CONSOLE,
                tx ->
                        tx.handle()
                                .createQuery("SELECT seen_at FROM device_seen WHERE id = 7")
                                .mapTo(Long.class)
                                .one());
    }

    private List<Long> ring() {
        return database.read(Plane.CONSOLE, tx -> CheckIns.of(tx, List.of(7L), now)).getFirst();
    }

    @Test
    void aClockThatWasAheadFreezesNothing() {
        now = NOW + 40 * DAY;
        checkIn();
        log.flush();
        now = NOW;
        assertThat(ring()).as("a future time is shown as now").containsExactly(NOW);
        checkIn();
        log.flush();
        assertThat(seenAt()).isEqualTo(NOW);
        now = NOW + 1_000;
        checkIn();
        log.flush();
        assertThat(seenAt()).isEqualTo(NOW + 1_000);
        assertThat(ring()).containsExactly(NOW + 1_000, NOW, NOW + 1_000);
    }

    /** Set back between two check-ins of one batch. */
    @Test
    void nothingIsWrittenThatIsYetToCome() {
        now = NOW + 40 * DAY;
        checkIn();
        now = NOW;
        checkIn();
        log.flush();
        assertThat(seenAt()).isEqualTo(NOW);
        assertThat(ring()).containsExactly(NOW, NOW);
    }

    /** Batches of two nodes arrive in any order. */
    @Test
    void whatIsWrittenLateDoesNotGoBack() {
        checkIn();
        log.flush();
        log.seen(7, NOW - 20_000, "10.0.0.1", false);
        log.flush();
        assertThat(seenAt()).isEqualTo(NOW);
    }

    /** A board without a battery starts in 1970 and learns the time later. */
    @Test
    void aClockThatIsNotSetSpoilsNothing() {
        checkIn();
        log.flush();
        for (long unset : List.of(0L, -5_000L, 61_234L, 90L * DAY)) {
            now = unset;
            checkIn();
            log.flush();
            assertThat(seenAt()).isEqualTo(NOW);
        }
        now = NOW + DAY;
        checkIn();
        log.flush();
        assertThat(seenAt()).isEqualTo(NOW + DAY);
        assertThat(ring()).containsExactly(NOW + DAY, NOW);
    }

    /** Rows as earlier versions wrote them in 1970. */
    @Test
    void aGarbledRingHealsAsItGoesRound() {
        String garbled = Long.toString(61_234, 36) + Long.toString(NOW, 36).repeat(19);
        database.run(
                Plane.CONSOLE,
                tx -> new Sightings().add(7, NOW, "10.0.0.1", garbled).write(tx, NOW));
        for (int i = 1; i <= CheckInTimes.MOST; i++) {
            now = NOW + i;
            checkIn();
            log.flush();
            assertThat(ring()).startsWith(now);
        }
        assertThat(ring()).hasSize(CheckInTimes.MOST).doesNotHaveDuplicates();
    }
}
