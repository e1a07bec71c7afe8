/**
 * One device's way through one rollout. A device never says how an update went: {@link
 * io.slipway.rollout.rules.attempt.Inference} concludes it from the evidence of what was seen, and
 * says how the rollout's tallies change. When a device is offered a build again is decided here,
 * too.
 */
@NullMarked
package io.slipway.rollout.rules.attempt;

import org.jspecify.annotations.NullMarked;
