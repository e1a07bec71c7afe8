package io.slipway.rollout;

import java.time.Duration;

/**
 * What the operator settles for all rollouts.
 *
 * @param policy the numbers of the inference
 * @param limits of all rollouts together
 * @param evidenceKept how long the event log is kept
 */
public record RolloutConfig(Policy policy, Limits limits, Duration evidenceKept) {}
