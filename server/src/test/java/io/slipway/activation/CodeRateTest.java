package io.slipway.activation;

import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.device.Pair;
import io.slipway.protocol.Mac;
import io.slipway.work.Origin;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * How many codes an address gets at once, no matter which identities are made up there (decisions
 * D2).
 */
class CodeRateTest {

    private static final long NOW = 1_785_000_000_000L;
    private static final Origin HERE = Origin.of("203.0.113.7");

    private final Random random = new Random(13);
    private final CodeRate rate = new CodeRate(2_000, 20);

    private Pair pair() {
        return new Pair(new Mac(2), true, false, random.nextLong(), random.nextLong());
    }

    private int allowed(Origin origin, int pairs, long now) {
        int allowed = 0;
        for (int i = 0; i < pairs; i++) {
            allowed += rate.allows(pair(), origin, now) ? 1 : 0;
        }
        return allowed;
    }

    @Test
    void aFactoryHasTwoThousandAtOnceAndTwentyASecond() {
        assertThat(allowed(HERE, 10_000, NOW)).isEqualTo(2_000);
        assertThat(allowed(HERE, 1_000, NOW + 1_000)).isEqualTo(20);
        assertThat(allowed(HERE, 1_000, NOW + 11_000)).isEqualTo(200);
        assertThat(allowed(HERE, 10_000, NOW + 3_600_000)).isEqualTo(2_000);
        assertThat(allowed(HERE, 10, NOW - 3_600_000)).as("a clock that was set back").isZero();
        assertThat(rate.withheld(HERE.network())).isPositive();
        assertThat(rate.withheld()).isEqualTo(rate.withheld(HERE.network()));
    }

    @Test
    void othersNoticeNothing() {
        allowed(HERE, 10_000, NOW);
        assertThat(allowed(Origin.of("203.0.113.8"), 100, NOW)).isEqualTo(100);
        assertThat(allowed(Origin.of("2001:db8:1:2::1"), 100, NOW)).isEqualTo(100);
    }

    @Test
    void aPairsThirdQuestionIsAnsweredWhateverGoesOn() {
        Pair real = pair();
        // A hundred thousand made-up pairs ask forever, each every thirty seconds.
        var madeUp = new Pair[100_000];
        for (int i = 0; i < madeUp.length; i++) {
            madeUp[i] = pair();
        }
        for (int round = 0; round < 3; round++) {
            long now = NOW + round * 30_000L;
            for (Pair each : madeUp) {
                rate.allows(each, HERE, now);
            }
            boolean answered = rate.allows(real, HERE, now);
            assertThat(answered).as("question " + (round + 1)).isEqualTo(round == 2);
            // Within twenty seconds it counts as the same request.
            if (round < 2) {
                assertThat(rate.allows(real, HERE, now + 10)).isFalse();
            }
        }
    }

    @Test
    void aPairThatWasSilentForLongStartsOver() {
        allowed(HERE, 3_000, NOW);
        Pair real = pair();
        assertThat(rate.allows(real, HERE, NOW)).isFalse();
        assertThat(rate.allows(real, HERE, NOW + 1)).isFalse();
        allowed(HERE, 30_000, NOW + 1_300_000);
        assertThat(rate.allows(real, HERE, NOW + 1_300_000)).isFalse();
        allowed(HERE, 3_000, NOW + 1_330_000);
        assertThat(rate.allows(real, HERE, NOW + 1_330_000)).isFalse();
    }

    @Test
    void aSiteHasTenTimesAsMuchAsOneOfItsNetworks() {
        int allowed = 0;
        for (int network = 0; network < 256; network++) {
            String address = String.format("2001:db8:1:%x::1", network);
            allowed += allowed(Origin.of(address), 1_000, NOW);
        }
        assertThat(allowed).isEqualTo(20_000);
        assertThat(allowed(Origin.of("2001:db8:2:1::1"), 100, NOW)).isEqualTo(100);
    }

    @Test
    void behindAProxyThatIsNotNamedEachHasItsOwnAndAllHaveACeiling() {
        int allowed = 0;
        for (int client = 0; client < 60; client++) {
            var origin = new Origin("10.0.0.8", "198.51.100." + client, "10.0.0.8");
            allowed += allowed(origin, 2_000, NOW);
        }
        assertThat(allowed).isEqualTo(2_000 * Origin.CEILING);
    }

    @Test
    void whereAllComeThroughOneAddressItsLimitDoesNotHold() {
        assertThat(allowed(new Origin("10.0.0.8", "", ""), 10_000, NOW)).isEqualTo(10_000);
    }
}
