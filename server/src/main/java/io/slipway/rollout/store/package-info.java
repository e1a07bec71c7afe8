/**
 * The SQL of rollouts, a class for each table, and the rows. What a value means is known elsewhere;
 * transactions begin and end in {@code grant}, the only room that calls this one.
 */
@NullMarked
package io.slipway.rollout.store;

import org.jspecify.annotations.NullMarked;
