/**
 * Who gets which build, and what became of it. A device never says how an update went; {@link
 * io.slipway.rollout.rules.attempt.Inference} concludes it from what is seen, {@link io.slipway.rollout.rules.plan.Planner}
 * decides who is offered what, {@link io.slipway.rollout.rules.gate.Gates} whether a stage goes on or stops.
 * These are functions of their arguments: no clock, no database, no network.
 */
@NullMarked
package io.slipway.rollout;

import org.jspecify.annotations.NullMarked;
