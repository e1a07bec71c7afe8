/**
 * {@code ./slipway bench rollout}: granting updates, check-ins during a rollout, and planning one
 * for a large fleet.
 */
package io.slipway.bench.rollout;
