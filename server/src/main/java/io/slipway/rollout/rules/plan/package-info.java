/**
 * What a rollout is, and which device is offered its build. {@link
 * io.slipway.rollout.rules.plan.Planner} decides for one device among all rollouts, {@link
 * io.slipway.rollout.rules.plan.Suitability} whether the build would run there at all; every
 * refusal has its code and its sentence in {@link io.slipway.rollout.rules.plan.Refusal}. A preview
 * applies the same rules to a whole fleet.
 */
@NullMarked
package io.slipway.rollout.rules.plan;

import org.jspecify.annotations.NullMarked;
