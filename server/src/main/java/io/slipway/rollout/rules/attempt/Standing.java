package io.slipway.rollout.rules.attempt;

/**
 * How an attempt counts in the gates: its last decision. It outlives the next offer, so that a
 * failure doesn't vanish because the device is tried again.
 */
public enum Standing {
    /** Nothing decided, or out of the count: another build from outside, or our own outage. */
    UNDECIDED,
    GOOD,
    BAD,
    /** The build never got there: says nothing about the build. */
    DELIVERY,
    /** Not back yet. */
    SILENT,
    /** Not back for so long that it counts as a failure, by the weight the policy gives. */
    OVERDUE
}
