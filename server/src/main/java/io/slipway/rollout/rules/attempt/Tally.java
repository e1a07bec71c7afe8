package io.slipway.rollout.rules.attempt;

import java.util.List;

/**
 * Counts of devices per rollout, stage and stratum. A tally is the sum over its attempts, so it is
 * maintained by adding {@link Transition#delta} and never recounted.
 *
 * @param offered all that were ever offered the build
 * @param undelivered given up because downloads failed
 * @param left devices that dropped out: flashed by cable, or taken over by another update
 * @param crashed those on which the build ever crashed or was rolled back (update-rules U5, U7, X1)
 */
public record Tally(
        long offered,
        long inFlight,
        Outcomes outcomes,
        long silent,
        long undelivered,
        long left,
        LastDeliveries deliveries,
        long crashed) {

    /**
     * Of the decided devices.
     *
     * @param overdue silent for so long that they count as failures
     */
    public record Outcomes(long good, long bad, long overdue) {

        /** Whatever they failed by. */
        public long failed() {
            return bad + overdue;
        }

        private Outcomes plus(Outcomes o) {
            return new Outcomes(good + o.good, bad + o.bad, overdue + o.overdue);
        }
    }

    /**
     * By each device's last delivery.
     *
     * @param missing devices on which it failed
     * @param delivered devices on which it succeeded
     */
    public record LastDeliveries(long missing, long delivered) {

        private LastDeliveries plus(LastDeliveries d) {
            return new LastDeliveries(missing + d.missing, delivered + d.delivered);
        }
    }

    public static final Tally ZERO =
            new Tally(0, 0, new Outcomes(0, 0, 0), 0, 0, 0, new LastDeliveries(0, 0), 0);

    public static Tally of(Attempt a) {
        Standing standing = a.conclusion().standing();
        return new Tally(
                one(!a.offer().id().isEmpty()),
                one(a.conclusion().state().inFlight()),
                new Outcomes(
                        one(standing == Standing.GOOD),
                        one(standing == Standing.BAD),
                        one(standing == Standing.OVERDUE)),
                one(standing == Standing.SILENT),
                one(standing == Standing.DELIVERY),
                one(left(a)),
                new LastDeliveries(one(a.past().missing()), one(a.past().delivered())),
                one(a.past().crashed()));
    }

    private static boolean left(Attempt a) {
        AttemptState state = a.conclusion().state();
        return a.conclusion().standing() == Standing.UNDECIDED
                && (state == AttemptState.EXTERNAL || state == AttemptState.SUPERSEDED);
    }

    private static long one(boolean counts) {
        return counts ? 1 : 0;
    }

    /** All counts, in the order in which they are stored. */
    public List<Long> counts() {
        return List.of(
                offered,
                inFlight,
                outcomes.good,
                outcomes.bad,
                silent,
                outcomes.overdue,
                undelivered,
                deliveries.missing,
                deliveries.delivered,
                crashed,
                left);
    }

    public Tally plus(Tally t) {
        return new Tally(
                offered + t.offered,
                inFlight + t.inFlight,
                outcomes.plus(t.outcomes),
                silent + t.silent,
                undelivered + t.undelivered,
                left + t.left,
                deliveries.plus(t.deliveries),
                crashed + t.crashed);
    }

    public Tally minus(Tally t) {
        return plus(
                new Tally(
                        -t.offered,
                        -t.inFlight,
                        new Outcomes(-t.outcomes.good, -t.outcomes.bad, -t.outcomes.overdue),
                        -t.silent,
                        -t.undelivered,
                        -t.left,
                        new LastDeliveries(-t.deliveries.missing, -t.deliveries.delivered),
                        -t.crashed));
    }

    /** A copy with other outcomes. */
    public Tally with(Outcomes others) {
        return new Tally(offered, inFlight, others, silent, undelivered, left, deliveries, crashed);
    }

    /** Devices for which it is known whether the build works: the denominator of the gates. */
    public long decided() {
        return outcomes.good + outcomes.failed();
    }

    /** Offered the build, neither decided nor dropped out. */
    public long waiting() {
        return offered - decided() - undelivered - left;
    }
}
