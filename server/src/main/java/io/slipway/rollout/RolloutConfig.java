package io.slipway.rollout;

import java.time.Duration;

/**
 * What the operator settles for all rollouts.
 *
 * @param policy the numbers of the inference
 * @param limits of all rollouts together
 * @param evidenceKept how long the event log is kept
 */
public record RolloutConfig(Policy policy, Limits limits, Duration evidenceKept) {

    /**
     * @param stopped whether this node makes no offers
     * @param inFlight devices with an open offer, of all rollouts together
     */
    Granting granting(boolean stopped, long inFlight) {
        return new Granting(
                stopped,
                limits,
                new Limits.Load(inFlight, 0, inFlight * Limits.DEVICE_BYTES_PER_SECOND));
    }
}
