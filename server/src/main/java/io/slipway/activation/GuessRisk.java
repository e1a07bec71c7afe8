package io.slipway.activation;

/**
 * The probability that someone guessed a stranger's code in the last 24 hours: each wrong code adds
 * the share of live codes of its length (decisions D2). In billionths, so that nodes can add it up
 * in integers. Pure functions.
 */
final class GuessRisk {

    static final long UNIT = 1_000_000_000;

    /** From this value on, a short code binds only within its own network. */
    static final long GUARDED_FROM = 4 * UNIT / 1000;

    /** Below this value it binds everywhere again. */
    static final long FREE_BELOW = 2 * UNIT / 1000;

    private GuessRisk() {}

    /**
     * What a wrong code adds.
     *
     * @param live codes of that length
     */
    static long of(long live, int digits) {
        return Math.round(UNIT * (live / Math.pow(10, digits)));
    }

    /**
     * Whether short codes are guarded.
     *
     * @param before whether they were
     * @param sum of the last 24 hours
     */
    static boolean guarded(boolean before, long sum) {
        return sum >= GUARDED_FROM || (before && sum >= FREE_BELOW);
    }
}
