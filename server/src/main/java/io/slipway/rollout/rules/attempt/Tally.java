package io.slipway.rollout.rules.attempt;

import java.util.List;

/**
 * Counts of devices per rollout, stage and stratum. A tally is the sum over its attempts, so it is
 * maintained by adding {@link Transition#delta} and never recounted.
 *
 * @param offered all that were ever offered the build
 * @param overdue silent for so long that they count as failures
 * @param undelivered given up because downloads failed
 * @param missing devices whose last delivery failed
 * @param delivered devices whose last delivery succeeded
 * @param crashed those on which the build ever crashed or was rolled back (update-rules U5, U7, X1)
 * @param left devices that dropped out: flashed by cable, or taken over by another update
 */
public record Tally(
        long offered,
        long inFlight,
        long good,
        long bad,
        long silent,
        long overdue,
        long undelivered,
        long missing,
        long delivered,
        long crashed,
        long left) {

    public static final Tally ZERO = new Tally(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);

    public static Tally of(Attempt a) {
        return new Tally(
                one(!a.offer().id().isEmpty()),
                one(a.state().inFlight()),
                one(a.standing() == Standing.GOOD),
                one(a.standing() == Standing.BAD),
                one(a.standing() == Standing.SILENT),
                one(a.standing() == Standing.OVERDUE),
                one(a.standing() == Standing.DELIVERY),
                one(a.past().missing()),
                one(a.past().delivered()),
                one(a.past().crashed()),
                one(left(a)));
    }

    private static boolean left(Attempt a) {
        return a.standing() == Standing.UNDECIDED
                && (a.state() == AttemptState.EXTERNAL || a.state() == AttemptState.SUPERSEDED);
    }

    private static long one(boolean counts) {
        return counts ? 1 : 0;
    }

    /** All counts, in the order in which they are stored. */
    public List<Long> counts() {
        return List.of(
                offered,
                inFlight,
                good,
                bad,
                silent,
                overdue,
                undelivered,
                missing,
                delivered,
                crashed,
                left);
    }

    public Tally plus(Tally t) {
        return new Tally(
                offered + t.offered,
                inFlight + t.inFlight,
                good + t.good,
                bad + t.bad,
                silent + t.silent,
                overdue + t.overdue,
                undelivered + t.undelivered,
                missing + t.missing,
                delivered + t.delivered,
                crashed + t.crashed,
                left + t.left);
    }

    public Tally minus(Tally t) {
        return plus(
                new Tally(
                        -t.offered,
                        -t.inFlight,
                        -t.good,
                        -t.bad,
                        -t.silent,
                        -t.overdue,
                        -t.undelivered,
                        -t.missing,
                        -t.delivered,
                        -t.crashed,
                        -t.left));
    }

    /** Devices for which it is known whether the build works: the denominator of the gates. */
    public long decided() {
        return good + bad + overdue;
    }

    /** Offered the build, neither decided nor dropped out. */
    public long waiting() {
        return offered - decided() - undelivered - left;
    }
}
