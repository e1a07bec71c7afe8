package io.slipway.rollout.rules.attempt;

import java.util.ArrayList;
import java.util.List;

/** A mutable attempt that {@link Inference} works on, and its changes so far. */
final class AttemptInProgress {

    private final Attempt before;
    final Outages outages;
    final Policy policy;
    private final List<Transition.StateChange> changes = new ArrayList<>();

    AttemptState state;
    Cause cause;
    long since;
    Standing standing;
    Attempt.LastOffer offer;
    Attempt.OfferHistory past;
    Attempt.LastCheckIn last;
    boolean closed;
    long seq;
    long clock;

    AttemptInProgress(Attempt attempt, Outages outages, Policy policy) {
        this.before = attempt;
        this.outages = outages;
        this.policy = policy;
        state = attempt.conclusion().state();
        cause = attempt.conclusion().cause();
        since = attempt.conclusion().since();
        standing = attempt.conclusion().standing();
        offer = attempt.offer();
        past = attempt.past();
        last = attempt.last();
        closed = attempt.closed();
        seq = attempt.seq();
        clock = attempt.clock();
    }

    Transition transition() {
        var after =
                new Attempt(
                        before.subject(),
                        new Attempt.Conclusion(state, cause, since, standing),
                        offer,
                        past,
                        last,
                        closed,
                        seq,
                        clock);
        return new Transition(after, changes, Tally.of(after).minus(Tally.of(before)));
    }

    BuildRef build() {
        return before.subject().build();
    }

    /** Enters a state that decides nothing: the standing stays as it was. */
    void become(AttemptState to, Cause why, long at) {
        become(to, why, at, standing);
    }

    void become(AttemptState to, Cause why, long at, Standing now) {
        // update-rules U15
        boolean quarantines =
                !past.quarantined() && Retries.exhausted(past, offer.terms().from(), policy);
        if (quarantines) {
            past = past.with(past.installFailures(), past.deliveryFailures(), true);
        }
        changes.add(new Transition.StateChange(at, state, to, why, quarantines));
        state = to;
        cause = why;
        since = at;
        standing = now;
    }

    /**
     * A failed download: it doesn't count against the build until there are too many (update-rules
     * U8, U15).
     */
    void missed(Cause why, long at) {
        int failures = past.deliveryFailures() + 1;
        past = past.with(past.installFailures(), failures, past.quarantined()).delivery(true);
        if (failures >= Retries.deliveryFailures(offer.terms().from(), policy)) {
            // A device on which the build failed before stays a failure.
            Standing now = standing == Standing.BAD ? Standing.BAD : Standing.DELIVERY;
            become(AttemptState.DELIVERY_FAILED, why, at, now);
        } else {
            become(AttemptState.ELIGIBLE, why, at);
        }
    }

    /** The build failed on the device. */
    void failed(AttemptState to, Cause why, long at, boolean crashed) {
        past = past.with(past.installFailures() + 1, past.deliveryFailures(), past.quarantined());
        if (crashed) {
            past = past.withCrash();
        }
        become(to, why, at, Standing.BAD);
    }

    /**
     * The device now runs something else; it no longer says anything about the build (update-rules
     * U12, U13).
     */
    void external(Cause why, long at) {
        // An earlier decision stands, unless it was only that the build booted.
        Standing now = standing == Standing.BAD ? Standing.BAD : Standing.UNDECIDED;
        become(AttemptState.EXTERNAL, why, at, now);
        closed = true;
    }
}
