/**
 * What is known of the fleet as a whole: outages, how often devices check in, how many of a board
 * never come back.
 */
@NullMarked
package io.slipway.rollout.grant.fleet;

import org.jspecify.annotations.NullMarked;
