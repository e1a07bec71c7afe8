/**
 * One device's way through one rollout. Devices never report how an update went: {@link
 * io.slipway.rollout.rules.attempt.Inference} concludes it from evidence and returns the changes to
 * the rollout's tallies. Retries are decided here as well.
 */
@NullMarked
package io.slipway.rollout.rules.attempt;

import org.jspecify.annotations.NullMarked;
