/**
 * The SQL of rollouts, one class per table, and the rows. The meaning of the values is defined
 * elsewhere; transactions begin and end in {@code grant}, the only package that uses this one.
 */
@NullMarked
package io.slipway.rollout.store;

import org.jspecify.annotations.NullMarked;
