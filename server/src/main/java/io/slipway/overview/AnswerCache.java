package io.slipway.overview;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Expiry;
import io.slipway.http.Problem;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Caches expensive answers for a hundred times as long as they took, at most a minute: with few
 * devices they are always current. Only one is computed at a time on this node, so that a page that
 * is open many times does not block others' database access; concurrent callers share the result.
 * Thread-safe; calls block.
 *
 * @param <K> the key of an answer
 */
final class AnswerCache<K> {

    /** The maximum age of an answer. */
    private static final Duration MOST_AGE = Duration.ofMinutes(1);

    private static final Duration LEAST_AGE = Duration.ofSeconds(1);

    /** Computing may take at most a hundredth of the time. */
    private static final int SHARE = 100;

    private static final int MOST = 2_000;
    private static final Duration MAX_WAIT = Duration.ofSeconds(20);

    private final InstantSource clock;
    private final ReentrantLock turn = new ReentrantLock(true);
    private final Cache<K, CachedAnswer> answers;

    /**
     * @param at when it was computed, epoch ms
     */
    private record CachedAnswer(Object value, long at, Duration life) {}

    AnswerCache(InstantSource clock) {
        this.clock = clock;
        this.answers =
                Caffeine.newBuilder()
                        .maximumSize(MOST)
                        .expireAfter(
                                Expiry.<K, CachedAnswer>writing((key, answer) -> answer.life()))
                        .ticker(() -> clock.millis() * 1_000_000)
                        .build();
    }

    /**
     * The answer, at most a minute old; {@code find} runs on this thread if necessary.
     *
     * @throws Problem 503 if its turn does not come
     */
    <V> V get(K key, Class<V> kind, Supplier<V> find) {
        V known = known(key, kind);
        if (known != null) {
            return known;
        }
        enter();
        try {
            V meanwhile = known(key, kind);
            if (meanwhile != null) {
                return meanwhile;
            }
            long began = System.nanoTime();
            V found = find.get();
            long took = System.nanoTime() - began;
            long life = Math.clamp(took * SHARE, LEAST_AGE.toNanos(), MOST_AGE.toNanos());
            answers.put(key, new CachedAnswer(found, clock.millis(), Duration.ofNanos(life)));
            return found;
        } finally {
            turn.unlock();
        }
    }

    private <V> @Nullable V known(K key, Class<V> kind) {
        CachedAnswer answer = answers.getIfPresent(key);
        // A time in the future would make it outlive its limit: the clock was set back.
        return answer == null || answer.at() > clock.millis() ? null : kind.cast(answer.value());
    }

    private void enter() {
        try {
            if (turn.tryLock(MAX_WAIT.toMillis(), TimeUnit.MILLISECONDS)) {
                return;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        throw new Problem(503, "正在统计，请稍后再试", "Still counting; try again in a moment");
    }
}
