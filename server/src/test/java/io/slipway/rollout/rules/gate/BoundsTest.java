package io.slipway.rollout.rules.gate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.apache.commons.numbers.gamma.LogGamma;
import org.apache.commons.numbers.gamma.RegularizedBeta;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BoundsTest {

    /** The table of acceptance sampling: devices needed for a rate, with 0 to 4 failures. */
    @ParameterizedTest
    @CsvSource({
        "0.10, 29, 46, 61, 76, 89",
        "0.05, 59, 93, 124, 153, 181",
        "0.01, 299, 473, 628, 773, 913"
    })
    void asManyDevicesAsThePublishedTableAsksFor(
            double limit, int none, int one, int two, int three, int four) {
        assertThat(Bounds.zeroFailures(limit)).isEqualTo(none);
        int[] table = {none, one, two, three, four};
        for (int failures = 0; failures < table.length; failures++) {
            int n = table[failures];
            assertThat(Bounds.upper(failures, n)).isLessThan(limit);
            assertThat(Bounds.upper(failures, n - 1)).isGreaterThanOrEqualTo(limit);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "1, 10, 0.394163",
        "2, 10, 0.506901",
        "5, 10, 0.777559",
        "9, 10, 0.994884",
        "1, 20, 0.216106",
        "2, 20, 0.282619",
        "1, 100, 0.046560",
        "5, 100, 0.102253",
        "2, 300, 0.020836"
    })
    void clopperPearson(int failures, int n, double expected) {
        assertThat(Bounds.upper(failures, n)).isCloseTo(expected, within(1e-6));
    }

    @ParameterizedTest
    @CsvSource({
        "1, 1, 0.269866",
        "2, 2, 0.425031",
        "3, 3, 0.525804",
        "2, 10, 0.068558",
        "5, 10, 0.269272",
        "2, 20, 0.033663",
        "10, 100, 0.060719"
    })
    void wilson(int failures, int n, double expected) {
        assertThat(Bounds.lower(failures, n)).isCloseTo(expected, within(1e-6));
    }

    @Test
    void theUpperBoundIsWhereSoFewFailuresHaveOneChanceInTwenty() {
        var random = new Random(3);
        for (int i = 0; i < 300; i++) {
            int n = 1 + random.nextInt(400);
            int failures = random.nextInt(n);
            double bound = Bounds.upper(failures, n);
            assertThat(atMost(failures, n, bound)).isCloseTo(0.05, within(1e-9));
            assertThat(Bounds.below(failures, n, Math.min(1, bound + 1e-9))).isTrue();
            assertThat(Bounds.below(failures, n, bound - 1e-9)).isFalse();
        }
    }

    @Test
    void moreFailuresRaiseBothBoundsAndMoreDevicesLowerThem() {
        var random = new Random(5);
        for (int i = 0; i < 2000; i++) {
            double n = 1 + random.nextInt(5000) + (random.nextBoolean() ? random.nextDouble() : 0);
            double failures = random.nextDouble() * n;
            double more = Math.min(n, failures + random.nextDouble() * 3);
            assertThat(Bounds.upper(more, n)).isGreaterThanOrEqualTo(Bounds.upper(failures, n));
            assertThat(Bounds.lower(more, n)).isGreaterThanOrEqualTo(Bounds.lower(failures, n));
            assertThat(Bounds.upper(failures, n + 1))
                    .isLessThanOrEqualTo(Bounds.upper(failures, n));
            assertThat(Bounds.lower(failures, n + 1))
                    .isLessThanOrEqualTo(Bounds.lower(failures, n));
            assertThat(Bounds.upper(failures, n)).isGreaterThanOrEqualTo(failures / n);
            assertThat(Bounds.lower(failures, n)).isLessThanOrEqualTo(failures / n);
        }
    }

    @Test
    void nothingIsKnownOfNobody() {
        assertThat(Bounds.upper(0, 0)).isEqualTo(1);
        assertThat(Bounds.lower(0, 0)).isEqualTo(0);
        assertThat(Bounds.upper(7, 7)).isEqualTo(1);
        assertThat(Bounds.lower(0, 1_000_000)).isEqualTo(0);
        assertThatThrownBy(() -> Bounds.upper(2, 1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Bounds.lower(Double.NaN, 1))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Bounds.zeroFailures(0))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aMillionDevicesAreNoTrouble() {
        assertThat(Bounds.upper(1000, 1_000_000)).isCloseTo(0.001053, within(1e-6));
        assertThat(Bounds.upper(0, 1_000_000)).isCloseTo(2.9957e-6, within(1e-9));
    }

    @Test
    void theIncompleteBetaFunction() {
        assertThat(RegularizedBeta.value(0.4, 2.5, 3.5)).isCloseTo(0.486904191526, within(1e-12));
        assertThat(RegularizedBeta.value(0.07, 30.25, 500.5))
                .isCloseTo(0.897014398862, within(1e-12));
        assertThat(RegularizedBeta.value(0.3, 0.5, 0.5)).isCloseTo(0.369010119566, within(1e-12));
        assertThat(LogGamma.value(0.3)).isCloseTo(1.095797994818, within(1e-12));
        var random = new Random(9);
        for (int i = 0; i < 1000; i++) {
            double x = random.nextDouble();
            double a = random.nextDouble() * 50 + 0.01;
            double b = random.nextDouble() * 50 + 0.01;
            assertThat(RegularizedBeta.value(x, a, b))
                    .isCloseTo(1 - RegularizedBeta.value(1 - x, b, a), within(1e-9));
        }
    }

    /** The probability of at most {@code k} failures, summed term by term. */
    private static double atMost(int k, int n, double p) {
        double sum = 0;
        double log = n * Math.log1p(-p);
        for (int i = 0; i <= k; i++) {
            sum += Math.exp(log);
            log += Math.log((double) (n - i) / (i + 1)) + Math.log(p) - Math.log1p(-p);
        }
        return sum;
    }
}
