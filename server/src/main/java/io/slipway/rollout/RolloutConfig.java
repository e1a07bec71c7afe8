package io.slipway.rollout;

import io.slipway.rollout.rules.attempt.Policy;
import io.slipway.rollout.rules.plan.Limits;
import java.time.Duration;

/**
 * What the operator settles for all rollouts.
 *
 * @param policy the numbers of the inference
 * @param limits of all rollouts together
 * @param evidenceKept how long the event log is kept
 */
public record RolloutConfig(Policy policy, Limits limits, Duration evidenceKept) {}
