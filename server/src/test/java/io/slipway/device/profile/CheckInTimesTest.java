package io.slipway.device.profile;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class CheckInTimesTest {

    private static final long NOW = 1_790_000_000_000L;

    private static final long FIRST = 1_577_836_800_000L;

    private static String ring(List<Long> times) {
        var ring = new StringBuilder();
        times.forEach(at -> CheckInTimes.append(ring, at));
        return ring.toString();
    }

    /** Whatever the clock, each time has its own slot and doesn't affect others. */
    @Test
    void everyTimeHasOneWidth() {
        long seed = Long.getLong("slipway.seed", System.nanoTime());
        var random = new Random(seed);
        List<Long> odd =
                List.of(
                        Long.MIN_VALUE,
                        -1L,
                        0L,
                        1L,
                        78_364_164_095L,
                        78_364_164_096L,
                        FIRST - 1,
                        FIRST,
                        NOW,
                        NOW + 1,
                        2_821_109_907_455L,
                        2_821_109_907_456L,
                        Long.MAX_VALUE);
        for (int round = 0; round < 2_000; round++) {
            var times = new ArrayList<Long>();
            var expected = new ArrayList<Long>();
            for (int i = random.nextInt(CheckInTimes.MOST + 1); i > 0; i--) {
                long at =
                        switch (random.nextInt(3)) {
                            case 0 -> odd.get(random.nextInt(odd.size()));
                            case 1 -> random.nextLong();
                            default -> random.nextLong(FIRST, NOW + 1);
                        };
                // No clock of this program ever showed a time between 1972 and 2020, so such a time
                // is garbled.
                if (at > 78_364_164_095L && at < FIRST) {
                    at = NOW;
                }
                times.add(at);
                if (at >= FIRST) {
                    expected.add(Math.min(at, NOW));
                }
            }
            String ring = ring(times);
            assertThat(ring).hasSize(times.size() * CheckInTimes.WIDTH).matches("[0-9a-z]*");
            assertThat(CheckInTimes.times(ring, NOW))
                    .as("slipway.seed=%s", seed)
                    .isEqualTo(expected);
        }
    }

    /** What earlier versions stored while the clock was in 1970: times with fewer characters. */
    @Test
    void whatFollowsAGarbledTimeIsLeftOut() {
        String good = ring(List.of(NOW - 1, NOW - 2));
        String garbled = Long.toString(61_234, 36);
        assertThat(CheckInTimes.times(good + garbled + good, NOW)).startsWith(NOW - 1, NOW - 2);
        assertThat(CheckInTimes.times(garbled + good, NOW)).isEmpty();
        for (String odd : List.of("", "0", "-1", "zz", "-zzzzzzz", "        ", "中文中文中文中文")) {
            assertThat(CheckInTimes.times(odd + odd + odd, NOW)).isEmpty();
            assertThat(CheckInTimes.times(good + odd, NOW)).hasSize(2);
        }
    }

    /** Any text can be read without failure, and never yields a time after now. */
    @Test
    void anyTextIsRead() {
        long seed = Long.getLong("slipway.seed", System.nanoTime());
        var random = new Random(seed);
        for (int round = 0; round < 20_000; round++) {
            var text = new StringBuilder();
            for (int i = random.nextInt(170); i > 0; i--) {
                text.append(
                        (char)
                                (random.nextInt(20) == 0
                                        ? random.nextInt(0x3000)
                                        : "09azmz-".charAt(random.nextInt(7))));
            }
            assertThat(CheckInTimes.times(text.toString(), NOW))
                    .as("slipway.seed=%s, %s", seed, text)
                    .allSatisfy(at -> assertThat(at).isBetween(FIRST, NOW));
        }
    }
}
