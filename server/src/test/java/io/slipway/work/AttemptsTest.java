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
class AttemptsTest {

    @Parameter TestEngine engine;
    @TempDir Path folder;
    private final AtomicReference<Instant> now =
            new AtomicReference<>(Instant.parse("2026-08-01T00:00:00Z"));
    private Database database;
    private Attempts attempts;

    @BeforeEach
    void open() {
        database = engine.open(folder);
        attempts = new Attempts(database, now::get);
    }

    @AfterEach
    void close() {
        database.close();
    }

    @Test
    void theWindowStartsWithTheFirstFailureAndIsNotMoved() {
        assertThat(attempts.failed("k", Attempts.HOUR)).isEqualTo(1);
        pass(Duration.ofMinutes(50));
        assertThat(attempts.failed("k", Attempts.HOUR)).isEqualTo(2);
        attempts.check("k", 3);
        assertThatThrownBy(() -> attempts.check("k", 2))
                .isInstanceOfSatisfying(
                        Problem.class,
                        problem -> {
                            assertThat(problem.code()).isEqualTo(429);
                            assertThat(problem.data()).containsEntry("retryAfterSeconds", 600L);
                        });
        attempts.check("another", 2);
        pass(Duration.ofMinutes(10));
        attempts.check("k", 2);
        assertThat(attempts.count("k")).isZero();
        assertThat(attempts.failed("k", Attempts.HOUR)).isEqualTo(1);
    }

    @Test
    void clearForgets() {
        attempts.failed("k", Attempts.HOUR);
        attempts.clear("k");
        assertThat(attempts.count("k")).isZero();
        attempts.clear("never");
    }

    @Test
    void cleanDeletesWhatEndedAndKeepsTheRest() {
        for (int i = 0; i < 3; i++) {
            attempts.failed("old" + i, Duration.ofMinutes(1));
        }
        attempts.failed("new", Attempts.HOUR);
        pass(Duration.ofMinutes(2));
        attempts.clean();
        assertThat(attempts.count("new")).isEqualTo(1);
        assertThat(attempts.count("old0")).isZero();
    }

    @Test
    void aVolleyOfWrongGuessesGetsNoMoreThanTheLimit() {
        var guesses = new AtomicInteger();
        var limits = List.of(new Attempts.Limit("volley", 10));
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 64; i++) {
                threads.execute(() ->
                        attempts.limited(
                                limits,
                                () -> {
                                    guesses.incrementAndGet();
                                    return attempts.failed("volley", Attempts.HOUR);
                                }));
            }
        }
        assertThat(guesses).hasValue(10);
        assertThat(attempts.count("volley")).isEqualTo(10);
    }

    @Test
    void aVolleyOfRightOnesAllPass() {
        var passed = new AtomicInteger();
        var limits = List.of(new Attempts.Limit("a", 3), new Attempts.Limit("b", 5));
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 64; i++) {
                threads.execute(() -> attempts.limited(limits, passed::incrementAndGet));
            }
        }
        assertThat(passed).hasValue(64);
    }

    @Test
    void aNetworkIsAnIpv4AddressOrAnIpv6Slash64() {
        assertThat(Attempts.network("192.0.2.7")).isEqualTo("192.0.2.7");
        assertThat(Attempts.network("2001:db8:1:2:3:4:5:6")).isEqualTo("2001:db8:1:2::/64");
        assertThat(Attempts.network("2001:db8:1:2::9")).isEqualTo("2001:db8:1:2::/64");
        assertThatCode(() -> Attempts.network("unknown")).doesNotThrowAnyException();
    }

    private void pass(Duration time) {
        now.updateAndGet(before -> before.plus(time));
    }
}
