package io.slipway.rollout.rules.gate;

import org.apache.commons.numbers.gamma.RegularizedBeta;

/**
 * Confidence bounds of a failure rate, one-sided at 95 %. Failures and devices need not be whole
 * numbers: a silent device may count as a fraction of a failure.
 */
public final class Bounds {

    private static final double CONFIDENCE = 0.95;

    /** The quantile of the normal distribution at {@link #CONFIDENCE}. */
    private static final double Z = 1.6448536269514722;

    private Bounds() {}

    /**
     * The Clopper–Pearson upper bound: if the true rate were above it, this few failures would
     * occur in less than 5 % of cases.
     *
     * @param n devices, of which {@code failures} failed
     * @return 1 when nothing is known
     */
    public static double upper(double failures, double n) {
        check(failures, n);
        if (failures >= n) {
            return 1;
        }
        double low = 0;
        double high = 1;
        // 60 bisections reach the precision of a double.
        for (int i = 0; i < 60; i++) {
            double middle = (low + high) / 2;
            if (RegularizedBeta.value(middle, failures + 1, n - failures) < CONFIDENCE) {
                low = middle;
            } else {
                high = middle;
            }
        }
        return high;
    }

    /** Whether {@link #upper} is below {@code limit}, at a sixtieth of its cost. */
    static boolean below(double failures, double n, double limit) {
        check(failures, n);
        return failures < n
                && RegularizedBeta.value(limit, failures + 1, n - failures) > CONFIDENCE;
    }

    /**
     * The Wilson lower bound: if the true rate were below it, this many failures would be unlikely.
     *
     * @return 0 when nothing is known
     */
    public static double lower(double failures, double n) {
        check(failures, n);
        if (failures == 0) {
            return 0;
        }
        double rate = failures / n;
        double z2 = Z * Z;
        double margin = Z * Math.sqrt(rate * (1 - rate) / n + z2 / (4 * n * n));
        return Math.max(0, (rate + z2 / (2 * n) - margin) / (1 + z2 / n));
    }

    /** How many devices without any failure bring the upper bound below {@code limit}. */
    public static int zeroFailures(double limit) {
        if (!(limit > 0 && limit < 1)) {
            throw new IllegalArgumentException("a limit must be a rate between 0 and 1");
        }
        // (1 − limit)^n < 5 %
        return (int) Math.floor(Math.log(1 - CONFIDENCE) / Math.log1p(-limit)) + 1;
    }

    private static void check(double failures, double n) {
        if (!(failures >= 0 && failures <= n)) {
            throw new IllegalArgumentException("at most as many failures as devices");
        }
    }
}
