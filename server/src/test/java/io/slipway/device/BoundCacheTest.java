package io.slipway.device;

import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.protocol.Mac;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class BoundCacheTest {

    private static Pair pair(long n) {
        return new Pair(new Mac(n), true, false, n * 0x9e3779b97f4a7c15L, ~n);
    }

    @Test
    void knowsWhatWasPutUntilItIsForgotten() {
        var cache = new BoundCache(1000);
        Pair pair = pair(7);
        assertThat(cache.find(pair)).isZero();
        cache.put(pair, cache.stamp(pair), 42, 99, 5);
        assertThat(cache.find(pair, 99)).isEqualTo(new BoundCache.Known(42, 5));
        assertThat(cache.find(pair, 98)).as("other facts").isNull();
        assertThat(cache.find(pair)).isEqualTo(42);
        cache.forget(pair.key());
        assertThat(cache.find(pair)).isZero();
    }

    /** A pair that must ask is still known for when the database is gone. */
    @Test
    void aPairThatMustAskStaysKnown() {
        var cache = new BoundCache(1000);
        Pair pair = pair(7);
        cache.put(pair, cache.stamp(pair), 42, 99, 5);
        int stamp = cache.stamp(pair);
        cache.ask(pair.key());
        assertThat(cache.find(pair, 99)).isEqualTo(new BoundCache.Known(42, BoundCache.ASK));
        cache.mark(pair, 5, 6);
        cache.put(pair, stamp, 42, 99, 5);
        assertThat(cache.find(pair, 99))
                .as("what was read before it is stale")
                .isEqualTo(new BoundCache.Known(42, BoundCache.ASK));
        cache.put(pair, cache.stamp(pair), 42, 99, 5);
        cache.mark(pair, 5, 6);
        assertThat(cache.find(pair, 99)).isEqualTo(new BoundCache.Known(42, 6));
    }

    @Test
    void whatWasReadBeforeAnUnbindIsNotRemembered() {
        var cache = new BoundCache(1000);
        Pair pair = pair(7);
        int stamp = cache.stamp(pair);
        int[] stamps = cache.stamps();
        cache.forget(pair.key());
        cache.put(pair, stamp, 42, 99, 0);
        cache.put(pair.key(), stamps, 42, 99);
        assertThat(cache.find(pair)).isZero();
        int before = cache.stamp(pair);
        cache.clear();
        cache.put(pair, before, 42, 99, 0);
        assertThat(cache.find(pair)).isZero();
    }

    @Test
    void neverAnswersForAnotherPairHoweverFullItIs() {
        long seed = Long.getLong("slipway.seed", System.nanoTime());
        var random = new Random(seed);
        var cache = new BoundCache(512);
        Map<Long, Long> truth = new HashMap<>();
        int known = 0;
        for (int i = 0; i < 200_000; i++) {
            long n = random.nextLong(1, 2_001);
            Pair pair = pair(n);
            switch (random.nextInt(4)) {
                case 0 -> {
                    cache.put(pair, cache.stamp(pair), i + 1, n, 0);
                    truth.put(n, (long) i + 1);
                }
                case 1 -> {
                    cache.forget(pair.key());
                    truth.remove(n);
                }
                default -> {
                    var entry = cache.find(pair, n);
                    long found = entry == null ? 0 : entry.deviceId();
                    assertThat(found)
                            .as("seed %d, step %d", seed, i)
                            .isIn(0L, truth.getOrDefault(n, 0L));
                    known += found == 0 ? 0 : 1;
                }
            }
        }
        assertThat(known).as("it does remember").isGreaterThan(1_000);
    }
}
