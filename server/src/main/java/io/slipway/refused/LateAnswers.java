package io.slipway.refused;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.Semaphore;

/**
 * Delays the answers to repeated refused calls: some clients retry at once, a hundred times in five
 * seconds. Never longer than a device waits for an answer, and bounded in number: beyond that, the
 * answer is sent at once. Thread-safe.
 */
public final class LateAnswers {

    /** The first ones in a minute are answered at once: a person is trying things. */
    private static final int FREE = 3;

    private static final long FIRST_MS = 250;
    private static final long LONGEST_MS = 5_000;
    private static final Duration WINDOW = Duration.ofMinutes(1);

    /** The maximum number of networks that are counted. */
    private static final int NETWORKS = 10_000;

    /** Concurrent delayed answers, each a connection and a virtual thread. */
    private static final int MOST_WAITING = 1_000;

    /** They take no more than this part of all connections. */
    private static final int PART = 8;

    private final InstantSource clock;
    private final Semaphore places;
    private final Cache<String, RefusalCount> counts =
            Caffeine.newBuilder().maximumSize(NETWORKS).expireAfterWrite(WINDOW).build();

    private record RefusalCount(long since, int refused) {}

    /**
     * @param connections that clients may have open
     */
    public LateAnswers(InstantSource clock, int connections) {
        this.clock = clock;
        this.places = new Semaphore(Math.clamp(connections / PART, 1, MOST_WAITING));
    }

    /** Counts a refusal for a network and returns the delay of its answer in milliseconds. */
    long delay(String network) {
        long now = clock.millis();
        RefusalCount count =
                counts.asMap()
                        .compute(
                                network,
                                (key, before) ->
                                        before == null || now - before.since >= WINDOW.toMillis()
                                                ? new RefusalCount(now, 1)
                                                : new RefusalCount(
                                                        before.since, before.refused + 1));
        int over = count.refused - FREE;
        return over <= 0 ? 0 : Math.min(LONGEST_MS, FIRST_MS << Math.min(over - 1, 10));
    }

    /** Counts a refusal and waits for the delay of its answer. */
    public void await(String network) {
        long delay = delay(network);
        if (delay == 0 || !places.tryAcquire()) {
            return;
        }
        try {
            Thread.sleep(delay);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            places.release();
        }
    }
}
