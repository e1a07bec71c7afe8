/**
 * What a rollout is, and which device is offered its build. {@link
 * io.slipway.rollout.rules.plan.Planner} decides for one device among all rollouts, {@link
 * io.slipway.rollout.rules.plan.Suitability} whether the build would run there at all; every
 * refusal has its name and its sentence in {@link io.slipway.rollout.rules.plan.Refusal}. A preview
 * is the same decision for a whole fleet.
 */
@NullMarked
package io.slipway.rollout.rules.plan;

import org.jspecify.annotations.NullMarked;
