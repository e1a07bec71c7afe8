package io.slipway.bench.checkin;

/**
 * Devices that can be asked for once only, shared out among the runs to come: none may run dry, for
 * its figures would mean nothing.
 */
final class Supply {

    /** Requests a second that nobody is expected to exceed before something was measured. */
    private static final double UNKNOWN = 10_000;

    /** How much faster than all before it a run may turn out to be. */
    private static final double ROOM = 1.5;

    /** None, or too few for the runs. */
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
     * @param runs that will take from it
     */
    Supply(String option, long size, int runs) {
        this.option = option;
        this.size = size;
        this.runs = runs;
        this.left = runs;
    }

    /** How far it is used up: where the next run begins. */
    long next() {
        return next;
    }

    long rest() {
        return size - next;
    }

    /** The one whose answer is looked at first takes one, too. */
    void one() {
        next++;
    }

    /**
     * How long the next run may be, in seconds.
     *
     * @throws Dry when what is left is not enough for a second
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
     * Takes note of a run.
     *
     * @throws Dry when it was faster than expected and ran out
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
