package io.slipway.rollout.rules.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;

class MembershipTest {

    @Test
    void firstFourBytesOfSha256() {
        // sha256sum of "abc" begins with ba7816bf
        assertThat(Membership.place("a", "bc")).isEqualTo(0xba7816bfL);
    }

    @Test
    void aLargerShareOnlyAddsDevices() {
        var random = new Random(1);
        for (int i = 0; i < 20_000; i++) {
            String device = Long.toHexString(random.nextLong());
            double small = random.nextDouble();
            double large = small + random.nextDouble() * (1 - small);
            if (Membership.within("salt", device, small)) {
                assertThat(Membership.within("salt", device, large)).isTrue();
            }
            assertThat(Membership.within("salt", device, 0)).isFalse();
            assertThat(Membership.within("salt", device, 1)).isTrue();
        }
    }

    @Test
    void aShareIsAboutAsLargeAsItSays() {
        for (double share : new double[] {0.001, 0.01, 0.05, 0.25, 0.9}) {
            int n = 0;
            for (int i = 0; i < 50_000; i++) {
                n += Membership.within("of this rollout", "device " + i, share) ? 1 : 0;
            }
            double sigma = Math.sqrt(share * (1 - share) / 50_000);
            assertThat(n / 50_000.0).isCloseTo(share, within(4 * sigma));
        }
    }

    @Test
    void anotherSaltMakesOthersTheFirst() {
        int both = 0;
        for (int i = 0; i < 50_000; i++) {
            String device = "device " + i;
            both +=
                    Membership.within("one", device, 0.1) && Membership.within("two", device, 0.1)
                            ? 1
                            : 0;
        }
        assertThat(both / 50_000.0).isCloseTo(0.01, within(0.002));
    }
}
