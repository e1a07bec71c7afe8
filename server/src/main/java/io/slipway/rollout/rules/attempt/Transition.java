package io.slipway.rollout.rules.attempt;

import java.util.List;

/**
 * What a piece of evidence led to.
 *
 * @param attempt as it is now
 * @param changes what happened, in order; empty when the evidence said nothing new
 * @param delta to be added to the tally of the attempt's rollout, stage and stratum
 */
public record Transition(Attempt attempt, List<StateChange> changes, Tally delta) {

    public Transition {
        changes = List.copyOf(changes);
    }

    /**
     * One change of an attempt.
     *
     * @param at epoch ms; a time that ran out has the moment when it did
     * @param quarantines whether device and build go into quarantine with it (update-rules U15)
     */
    public record StateChange(
            long at, AttemptState from, AttemptState to, Cause cause, boolean quarantines) {}
}
