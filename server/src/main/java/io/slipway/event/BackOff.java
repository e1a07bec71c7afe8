package io.slipway.event;

import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import java.util.random.RandomGenerator;

/** When a failed delivery is retried. */
final class BackOff {

    private static final List<Duration> WAITS =
            List.of(
                    Duration.ofSeconds(10),
                    Duration.ofMinutes(1),
                    Duration.ofMinutes(5),
                    Duration.ofMinutes(30),
                    Duration.ofHours(2),
                    Duration.ofHours(6),
                    Duration.ofHours(12));

    /** The number of attempts, including the first. */
    static final int ATTEMPTS = WAITS.size() + 1;

    /** No wait is longer. */
    static final Duration LONGEST = WAITS.getLast().multipliedBy(6).dividedBy(5);

    private BackOff() {}

    /**
     * Milliseconds to wait, randomized by up to a fifth, so that deliveries that failed together
     * are not always retried together.
     *
     * @param attempts made so far, from 1
     * @return empty when there is no further attempt
     */
    static OptionalLong after(int attempts, RandomGenerator random) {
        if (attempts > WAITS.size()) {
            return OptionalLong.empty();
        }
        long wait = WAITS.get(attempts - 1).toMillis();
        return OptionalLong.of(random.nextLong(wait * 4 / 5, wait * 6 / 5 + 1));
    }
}
