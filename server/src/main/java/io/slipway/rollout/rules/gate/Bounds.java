package io.slipway.rollout.rules.gate;

/**
 * Confidence bounds of a failure rate, one-sided at 95 %. Failures and devices need not be whole
 * numbers: a silent device may count as part of a failure.
 */
public final class Bounds {

    private static final double CONFIDENCE = 0.95;

    /** The normal distribution's quantile at {@link #CONFIDENCE}. */
    private static final double Z = 1.6448536269514722;

    /** Lanczos' coefficients for g = 7: good to 15 digits. */
    private static final double[] LANCZOS = {
        0.9999999999998099,
        676.5203681218851,
        -1259.1392167224028,
        771.3234287776531,
        -176.6150291621406,
        12.507343278686905,
        -0.13857109526572012,
        9.984369578019572e-6,
        1.5056327351493116e-7
    };

    private Bounds() {}

    /**
     * The Clopper–Pearson upper bound: with a true rate above it, so few failures would come in
     * less than 5 of 100 cases.
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
        // 60 halvings leave nothing that a double could tell apart.
        for (int i = 0; i < 60; i++) {
            double middle = (low + high) / 2;
            if (beta(middle, failures + 1, n - failures) < CONFIDENCE) {
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
        return failures < n && beta(limit, failures + 1, n - failures) > CONFIDENCE;
    }

    /**
     * The Wilson lower bound: with a true rate below it, so many failures would hardly come.
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

    /** How many devices without a failure put the upper bound below {@code limit}. */
    public static int zeroFailures(double limit) {
        if (!(limit > 0 && limit < 1)) {
            throw new IllegalArgumentException("a limit is a rate between 0 and 1");
        }
        // (1 − limit)^n < 5 %
        return (int) Math.floor(Math.log(1 - CONFIDENCE) / Math.log1p(-limit)) + 1;
    }

    private static void check(double failures, double n) {
        if (!(failures >= 0 && failures <= n)) {
            throw new IllegalArgumentException("no more failures than devices");
        }
    }

    /** The regularised incomplete beta function I_x(a, b), for a and b above 0. */
    static double beta(double x, double a, double b) {
        if (x <= 0) {
            return 0;
        }
        if (x >= 1) {
            return 1;
        }
        // The fraction converges fast on this side of the mean; the other is its mirror image.
        return x > (a + 1) / (a + b + 2)
                ? 1 - front(1 - x, b, a) * fraction(1 - x, b, a)
                : front(x, a, b) * fraction(x, a, b);
    }

    private static double front(double x, double a, double b) {
        double log = gamma(a + b) - gamma(a) - gamma(b) + a * Math.log(x) + b * Math.log1p(-x);
        return Math.exp(log) / a;
    }

    // The continued fraction by Lentz's method.
    private static double fraction(double x, double a, double b) {
        double c = 1;
        double d = 1 / away(1 - (a + b) * x / (a + 1));
        double value = d;
        for (int m = 1; m <= 10_000; m++) {
            double even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m));
            d = 1 / away(1 + even * d);
            c = away(1 + even / c);
            value *= d * c;
            double odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));
            d = 1 / away(1 + odd * d);
            c = away(1 + odd / c);
            value *= d * c;
            if (Math.abs(d * c - 1) < 1e-14) {
                break;
            }
        }
        return value;
    }

    private static double away(double fromZero) {
        return Math.abs(fromZero) < 1e-300 ? 1e-300 : fromZero;
    }

    /** The logarithm of the gamma function, for x above 0. */
    static double gamma(double x) {
        if (x < 0.5) {
            return Math.log(Math.PI / Math.sin(Math.PI * x)) - gamma(1 - x);
        }
        double sum = LANCZOS[0];
        for (int i = 1; i < LANCZOS.length; i++) {
            sum += LANCZOS[i] / (x - 1 + i);
        }
        double t = x + 6.5;
        return Math.log(2 * Math.PI) / 2 + (x - 0.5) * Math.log(t) - t + Math.log(sum);
    }
}
