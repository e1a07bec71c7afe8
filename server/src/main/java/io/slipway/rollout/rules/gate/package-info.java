/**
 * Whether a stage of a rollout waits, ends, or stops the rollout. {@link
 * io.slipway.rollout.rules.gate.Gates} looks at the tallies of each group of like devices, with the
 * bounds that their numbers allow; each verdict has a reason and a sentence for people.
 */
@NullMarked
package io.slipway.rollout.rules.gate;

import org.jspecify.annotations.NullMarked;
