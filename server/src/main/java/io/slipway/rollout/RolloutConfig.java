package io.slipway.rollout;

import java.time.Duration;
import java.util.function.BooleanSupplier;

/**
 * What the operator settles for all rollouts.
 *
 * @param policy the numbers of the inference
 * @param limits of all rollouts together
 * @param evidenceKept how long the event log is kept
 * @param closed whether this node makes no offers: it shuts down, or has as many downloads as it
 *     may
 */
public record RolloutConfig(
        Policy policy, Limits limits, Duration evidenceKept, BooleanSupplier closed) {

    /**
     * @param failing whether this node answers errors
     * @param inFlight devices with an open offer, of all rollouts together
     */
    Granting granting(boolean failing, long inFlight) {
        return new Granting(
                failing || closed.getAsBoolean(),
                limits,
                new Limits.Load(inFlight, 0, inFlight * Limits.DEVICE_BYTES_PER_SECOND));
    }
}
