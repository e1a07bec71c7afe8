package io.slipway.device;

import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.base.Zones;
import io.slipway.protocol.Mac;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class BoundCacheTest {

    private static final long FACTS = 0x123456789abcdefL;

    private static void put(
            BoundCache cache, Pair pair, int stamp, long device, long facts, long mark) {
        cache.put(pair, stamp, facts, new BoundCache.CachedPair(device, mark, 0));
    }

    private static Pair pair(long n) {
        return new Pair(new Mac(n), true, false, n * 0x9e3779b97f4a7c15L, ~n);
    }

    @Test
    void knowsWhatWasPutUntilItIsForgotten() {
        var cache = new BoundCache(1000);
        Pair pair = pair(7);
        assertThat(cache.find(pair)).isZero();
        put(cache, pair, cache.stamp(pair), 42, FACTS, 5);
        assertThat(cache.find(pair, FACTS)).isEqualTo(new BoundCache.CachedPair(42, 5, 0));
        assertThat(cache.find(pair, ~FACTS)).as("other facts").isNull();
        assertThat(cache.find(pair)).isEqualTo(42);
        cache.forget(pair.key());
        assertThat(cache.find(pair)).isZero();
    }

    /** A pair whose check-ins must ask stays cached for database failures. */
    @Test
    void aPairThatMustAskStaysKnown() {
        var cache = new BoundCache(1000);
        Pair pair = pair(7);
        put(cache, pair, cache.stamp(pair), 42, FACTS, 5);
        int stamp = cache.stamp(pair);
        cache.ask(pair.key());
        assertThat(cache.find(pair, FACTS))
                .isEqualTo(new BoundCache.CachedPair(42, BoundCache.ASK, 0));
        cache.mark(pair, 5, 6);
        put(cache, pair, stamp, 42, FACTS, 5);
        assertThat(cache.find(pair, FACTS))
                .as("values read before it are stale")
                .isEqualTo(new BoundCache.CachedPair(42, BoundCache.ASK, 0));
        put(cache, pair, cache.stamp(pair), 42, FACTS, 5);
        cache.mark(pair, 5, 6);
        assertThat(cache.find(pair, FACTS)).isEqualTo(new BoundCache.CachedPair(42, 6, 0));
    }

    /** Its facts are dropped, but that it is bound, and its zone, stay. */
    @Test
    void aPairWithAnotherZoneIsReadAgain() {
        var cache = new BoundCache(1000);
        Pair pair = pair(7);
        for (int zone : List.of(0, 1, (1 << Zones.BITS) - 1)) {
            cache.put(pair, cache.stamp(pair), FACTS, new BoundCache.CachedPair(42, 5, zone));
            assertThat(cache.find(pair, FACTS)).isEqualTo(new BoundCache.CachedPair(42, 5, zone));
            int stamp = cache.stamp(pair);
            cache.read(pair.key());
            cache.read(pair.key());
            assertThat(cache.find(pair, FACTS)).isNull();
            assertThat(cache.find(pair)).isEqualTo(42);
            assertThat(cache.zone(pair)).isEqualTo(zone);
            cache.put(pair, stamp, FACTS, new BoundCache.CachedPair(42, 5, zone));
            assertThat(cache.find(pair, FACTS)).as("read before the change").isNull();
        }
    }

    @Test
    void whatWasReadBeforeAnUnbindIsNotRemembered() {
        var cache = new BoundCache(1000);
        Pair pair = pair(7);
        int stamp = cache.stamp(pair);
        int[] stamps = cache.stamps();
        cache.forget(pair.key());
        put(cache, pair, stamp, 42, FACTS, 0);
        cache.put(pair.key(), stamps, 42, FACTS, 0);
        assertThat(cache.find(pair)).isZero();
        int before = cache.stamp(pair);
        cache.clear();
        put(cache, pair, before, 42, FACTS, 0);
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
                    put(cache, pair, cache.stamp(pair), i + 1, n, 0);
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
        assertThat(known).as("entries are cached").isGreaterThan(1_000);
    }
}
