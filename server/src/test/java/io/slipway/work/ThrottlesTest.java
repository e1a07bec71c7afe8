package io.slipway.work;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.slipway.http.Problem;
import io.slipway.sql.Database;
import io.slipway.sql.TestEngine;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

@ParameterizedClass
@EnumSource(TestEngine.class)
class ThrottlesTest {

    @Parameter TestEngine engine;
    @TempDir Path folder;
    private final AtomicReference<Instant> now =
            new AtomicReference<>(Instant.parse("2026-08-01T00:00:00Z"));
    private Database database;
    private Throttles throttles;

    @BeforeEach
    void open() {
        database = engine.open(folder);
        throttles = new Throttles(database, now::get);
    }

    @AfterEach
    void close() {
        database.close();
    }

    @Test
    void theWindowStartsWithTheFirstFailureAndIsNotMoved() {
        assertThat(throttles.failed("k", Throttles.HOUR)).isEqualTo(1);
        pass(Duration.ofMinutes(50));
        assertThat(throttles.failed("k", Throttles.HOUR)).isEqualTo(2);
        throttles.check("k", 3);
        assertThatThrownBy(() -> throttles.check("k", 2))
                .isInstanceOfSatisfying(
                        Problem.class,
                        problem -> {
                            assertThat(problem.code()).isEqualTo(429);
                            assertThat(problem.data()).containsEntry("retryAfterSeconds", 600L);
                        });
        throttles.check("another", 2);
        pass(Duration.ofMinutes(10));
        throttles.check("k", 2);
        assertThat(throttles.count("k")).isZero();
        assertThat(throttles.failed("k", Throttles.HOUR)).isEqualTo(1);
    }

    @Test
    void usesCountAlsoWhenTheyComeAtTheSameMoment() {
        var own = new Throttles.Limit("own", 5);
        var all = new Throttles.Limit("all", 100);
        var acquired = new AtomicInteger();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 32; i++) {
                threads.execute(() -> {
                    try {
                        throttles.acquire(List.of(own, all), Throttles.HOUR);
                        acquired.incrementAndGet();
                    } catch (Problem e) {
                        assertThat(e.code()).isEqualTo(429);
                    }
                });
            }
        }
        assertThat(acquired).hasValue(5);
        long counted = throttles.count("own");
        assertThatThrownBy(() -> throttles.acquire(List.of(all, own), Throttles.HOUR))
                .isInstanceOf(Problem.class);
        assertThat(throttles.count("own")).as("a refused use does not count").isEqualTo(counted);
        pass(Throttles.HOUR);
        throttles.acquire(List.of(own, all), Throttles.HOUR);
        assertThat(throttles.count("own")).isEqualTo(1);
        assertThat(throttles.count("all")).isEqualTo(1);
    }

    @Test
    void clearForgets() {
        throttles.failed("k", Throttles.HOUR);
        throttles.clear("k");
        assertThat(throttles.count("k")).isZero();
        throttles.clear("never");
    }

    @Test
    void cleanDeletesWhatEndedAndNothingElse() {
        for (int i = 0; i < 3; i++) {
            throttles.failed("old" + i, Duration.ofMinutes(1));
        }
        throttles.failed("new", Throttles.HOUR);
        pass(Duration.ofMinutes(2));
        throttles.clean();
        assertThat(throttles.count("new")).isEqualTo(1);
        assertThat(throttles.count("old0")).isZero();
    }

    @Test
    void concurrentWrongGuessesGetNoMoreThanTheLimit() {
        var guesses = new AtomicInteger();
        var limits = List.of(new Throttles.Limit("volley", 10));
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 64; i++) {
                threads.execute(() ->
                        throttles.limited(
                                limits,
                                () -> {
                                    guesses.incrementAndGet();
                                    return throttles.failed("volley", Throttles.HOUR);
                                }));
            }
        }
        assertThat(guesses).hasValue(10);
        assertThat(throttles.count("volley")).isEqualTo(10);
    }

    @Test
    void aVolleyOfRightOnesAllPass() {
        var passed = new AtomicInteger();
        var limits = List.of(new Throttles.Limit("a", 3), new Throttles.Limit("b", 5));
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 64; i++) {
                threads.execute(() -> throttles.limited(limits, passed::incrementAndGet));
            }
        }
        assertThat(passed).hasValue(64);
    }

    @Test
    void aNetworkIsAnIpv4AddressOrAnIpv6Slash64() {
        assertThat(Throttles.network("192.0.2.7")).isEqualTo("192.0.2.7");
        assertThat(Throttles.network("2001:db8:1:2:3:4:5:6")).isEqualTo("2001:db8:1:2::/64");
        assertThat(Throttles.network("2001:db8:1:2::9")).isEqualTo("2001:db8:1:2::/64");
        assertThatCode(() -> Throttles.network("unknown")).doesNotThrowAnyException();
    }

    private void pass(Duration time) {
        now.updateAndGet(before -> before.plus(time));
    }
}
