package io.slipway.rollout.rules.attempt;

/**
 * How an attempt counts in the gates: its last decision. It outlives the next offer, so that a
 * failure doesn't disappear because the device is tried again.
 */
public enum Standing {
    /**
     * Nothing decided, or not counted: flashed from outside, or during an outage of this server.
     */
    UNDECIDED,
    GOOD,
    BAD,
    /** The build was never delivered: no evidence about the build. */
    DELIVERY,
    /** Not back yet. */
    SILENT,
    /** Not back for so long that it counts as a failure, with the policy's weight. */
    OVERDUE
}
