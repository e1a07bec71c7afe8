/**
 * Offers builds and takes evidence in. {@link io.slipway.rollout.grant.RolloutTransaction} is the
 * transaction that does both, so that what one grants the next has counted, on all nodes; around it
 * are the caches that spare most check-ins that transaction, the queue of evidence, what is done
 * now and then, and what people do with rollouts.
 */
@NullMarked
package io.slipway.rollout.grant;

import org.jspecify.annotations.NullMarked;
