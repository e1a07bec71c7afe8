package io.slipway.rollout.rules.attempt;

import java.util.List;

/**
 * The effect of a piece of evidence.
 *
 * @param attempt as it is now
 * @param changes what happened, in order; empty if the evidence brought nothing new
 * @param delta to be added to the tally of the attempt's rollout, stage and stratum
 */
public record Transition(Attempt attempt, List<StateChange> changes, Tally delta) {

    public Transition {
        changes = List.copyOf(changes);
    }

    /**
     * One change of an attempt.
     *
     * @param at epoch ms; for a timeout, when it expired
     * @param quarantines whether it puts device and build into quarantine (update-rules U15)
     */
    public record StateChange(
            long at, AttemptState from, AttemptState to, Cause cause, boolean quarantines) {}
}
