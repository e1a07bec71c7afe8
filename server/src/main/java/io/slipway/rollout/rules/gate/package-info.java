/**
 * Whether a stage of a rollout waits, ends, or stops the rollout. {@link
 * io.slipway.rollout.rules.gate.Gates} judges the tally of each stratum by statistical bounds; each
 * verdict has a reason and a sentence for people.
 */
@NullMarked
package io.slipway.rollout.rules.gate;

import org.jspecify.annotations.NullMarked;
