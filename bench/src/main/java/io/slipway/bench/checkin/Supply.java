package io.slipway.bench.checkin;

/**
 * Devices that can be used only once, shared out among the remaining runs: none may run out,
 * because its figures would be meaningless.
 */
final class Supply {

    /** An upper bound of requests per second, before anything was measured. */
    private static final double UNKNOWN = 10_000;

    /** How much faster than all previous ones a run may be. */
    private static final double ROOM = 1.5;

    /** None are left, or too few for the runs. */
    static final class Dry extends RuntimeException {
        private static final long serialVersionUID = 1;

        Dry(String message) {
            super(message);
        }
    }

    private final String option;
    private final long size;
    private final int runs;
    private int left;
    private long next;
    private double fastest;

    /**
     * @param option that sets the size, for messages
     * @param runs that will use it
     */
    Supply(String option, long size, int runs) {
        this.option = option;
        this.size = size;
        this.runs = runs;
        this.left = runs;
    }

    /** How many are used up: where the next run begins. */
    long next() {
        return next;
    }

    long rest() {
        return size - next;
    }

    /** The first, checked request uses one, too. */
    void one() {
        next++;
    }

    /**
     * How long the next run may be, in seconds.
     *
     * @throws Dry if the rest is not enough for a second
     */
    int seconds(int wanted) {
        double rate = rate();
        int most = (int) ((double) rest() / Math.max(1, left) / rate);
        if (most < 1) {
            throw tooFew();
        }
        return Math.min(wanted, most);
    }

    private double rate() {
        return fastest == 0 ? UNKNOWN : fastest * ROOM;
    }

    private Dry tooFew() {
        return new Dry(
                String.format(
                        java.util.Locale.ROOT,
                        "%s %d is too few for %d runs: at up to %,.0f a second, runs of a second"
                                + " each need %s %.0f, longer ones more",
                        option,
                        size,
                        runs,
                        rate(),
                        option,
                        Math.ceil(rate() * (runs + 1) / 1000) * 1000));
    }

    /**
     * Records a run.
     *
     * @throws Dry if it was faster than expected and ran out
     */
    void used(Measurement seen) {
        next = Math.min(size, next + seen.answers().used());
        left--;
        fastest = Math.max(fastest, seen.perSecond());
        if (seen.answers().dry() > 0) {
            throw tooFew();
        }
    }
}
