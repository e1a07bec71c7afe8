package io.slipway.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.TestClock;
import io.slipway.sql.Database;
import io.slipway.sql.TestEngine;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** decisions D9 */
class ClusterClockTest {

    private static final Instant BUILT = Instant.parse("2026-01-01T00:00:00Z");

    @TempDir private Path folder;
    private final TestClock machine = new TestClock();

    private static void set(TestClock machine, ClusterClock clock, Duration by) {
        machine.jump(by);
        machine.jumpDatabase(by);
        clock.look();
    }

    @ParameterizedTest
    @EnumSource(TestEngine.class)
    void timePasses(TestEngine engine) {
        try (Database database = engine.open(folder)) {
            var clock = new ClusterClock(machine.source(), database, BUILT);
            long begin = machine.millis();
            for (int i = 0; i < 100; i++) {
                assertThat(clock.millis()).isEqualTo(machine.millis());
                machine.advance(Duration.ofDays(1));
                assertThat(clock.steady()).isTrue();
            }
            assertThat(clock.millis() - begin).isEqualTo(Duration.ofDays(100).toMillis());
            assertThat(clock.unsteadySince()).isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource(TestEngine.class)
    void afterAStepNothingIsMeasuredForAnHour(TestEngine engine) {
        try (Database database = engine.open(folder)) {
            var clock = new ClusterClock(machine.source(), database, BUILT);
            for (Duration by : new Duration[] {Duration.ofHours(2), Duration.ofDays(-40)}) {
                long before = machine.millis();
                set(machine, clock, by);
                assertThat(clock.steady()).isFalse();
                long earlier = Math.min(before, machine.millis());
                assertThat(clock.unsteadySince()).hasValue(earlier);
                machine.advance(Duration.ofMinutes(59));
                assertThat(clock.steady()).isFalse();
                assertThat(clock.silenceMillis()).as("it stands still").isEqualTo(earlier);
                machine.advance(Duration.ofMinutes(1));
                assertThat(clock.steady()).isTrue();
                assertThat(clock.silenceMillis()).isEqualTo(clock.millis());
            }
        }
    }

    @ParameterizedTest
    @EnumSource(TestEngine.class)
    void anotherStepRestartsTheHour(TestEngine engine) {
        try (Database database = engine.open(folder)) {
            var clock = new ClusterClock(machine.source(), database, BUILT);
            long before = machine.millis();
            set(machine, clock, Duration.ofHours(30));
            machine.advance(Duration.ofMinutes(50));
            set(machine, clock, Duration.ofHours(3));
            machine.advance(Duration.ofMinutes(50));
            assertThat(clock.unsteadySince()).hasValue(before);
            machine.advance(Duration.ofMinutes(10));
            assertThat(clock.steady()).isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {59, -59})
    void lessThanAnHourIsNoStep(int minutes) {
        try (Database database = TestEngine.SQLITE.open(folder)) {
            var clock = new ClusterClock(machine.source(), database, BUILT);
            set(machine, clock, Duration.ofMinutes(minutes));
            assertThat(clock.steady()).isTrue();
        }
    }

    @ParameterizedTest
    @EnumSource(TestEngine.class)
    void aClockThatIsNotSetMeasuresNothing(TestEngine engine) {
        long now = machine.millis();
        machine.jump(Duration.ofMillis(-now));
        machine.jumpDatabase(Duration.ofMillis(-now));
        try (Database database = engine.open(folder)) {
            var clock = new ClusterClock(machine.source(), database, BUILT);
            assertThat(clock.plausible()).isFalse();
            machine.advance(Duration.ofHours(2));
            assertThat(clock.steady()).isFalse();
            set(machine, clock, Duration.ofMillis(now));
            assertThat(clock.plausible()).isTrue();
            assertThat(clock.steady()).as("a step of 56 years").isFalse();
            assertThat(clock.unsteadySince()).hasValue(0);
            machine.advance(Duration.ofHours(1));
            assertThat(clock.steady()).isTrue();
        }
    }

    /** A node whose machine's clock is wrong uses the database's, whatever happens to its own. */
    @Test
    void theDatabasesClockCounts() {
        try (Database database = TestEngine.POSTGRES.open(folder)) {
            long right = machine.millis();
            machine.jump(Duration.ofDays(3));
            var clock = new ClusterClock(machine.source(), database, BUILT);
            assertThat(clock.millis()).isEqualTo(right);
            assertThat(clock.skew()).isEqualTo(Duration.ofDays(3).toMillis());
            machine.jump(Duration.ofDays(-9));
            clock.look();
            assertThat(clock.millis()).isEqualTo(right);
            assertThat(clock.steady()).isTrue();
            assertThat(clock.skew()).isEqualTo(Duration.ofDays(-6).toMillis());
            machine.jumpDatabase(Duration.ofSeconds(8));
            assertThat(clock.millis()).isEqualTo(right);
            clock.look();
            assertThat(clock.millis()).isEqualTo(right + 8_000);
        }
    }

    @Test
    void theRealDatabaseIsAsked() {
        try (Database database = TestEngine.POSTGRES.open(folder)) {
            var clock =
                    new ClusterClock(
                            ClusterClock.TimeSource.of(() -> Instant.EPOCH), database, BUILT);
            InstantSource real = InstantSource.system();
            assertThat(Math.abs(clock.millis() - real.millis())).isLessThan(60_000);
            assertThat(clock.skew()).isLessThan(-real.millis() + 60_000);
        }
    }
}
