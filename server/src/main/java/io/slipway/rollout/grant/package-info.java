/**
 * Grants offers and applies evidence. {@link io.slipway.rollout.grant.RolloutTransaction} is the
 * transaction that does both, so that each one counts what earlier ones granted, on all nodes;
 * around it are the caches that spare most check-ins that transaction, the queue of evidence,
 * periodic work, and what people do with rollouts.
 */
@NullMarked
package io.slipway.rollout.grant;

import org.jspecify.annotations.NullMarked;
