package io.slipway.device;

import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.protocol.Mac;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class BoundCacheFillTest {

    private static final int PAIRS = 32_768;

    // Hashes are random, so some sets get more than their share: that must cost next to nothing.
    @Test
    void halfFullItLosesNearlyNothing() {
        assertThat(lost(PAIRS / 2)).isLessThan(PAIRS / 2 * 3 / 1000);
    }

    @Test
    void aFullCacheLosesFewEntries() {
        assertThat(lost(PAIRS)).isLessThan(PAIRS / 5);
    }

    private static long lost(int count) {
        var cache = new BoundCache(PAIRS);
        Stream<Pair> pairs = pairs(count);
        pairs.forEach(pair ->
                cache.put(
                        pair,
                        cache.stamp(pair),
                        7,
                        new BoundCache.CachedPair(pair.mac().bits(), 0, 0)));
        return pairs(count).filter(pair -> cache.find(pair) != pair.mac().bits()).count();
    }

    private static Stream<Pair> pairs(int count) {
        var random = new SplittableRandom(1);
        return IntStream.rangeClosed(1, count)
                .mapToObj(i ->
                        new Pair(new Mac(i), true, false, random.nextLong(), random.nextLong()));
    }
}
