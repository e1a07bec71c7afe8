/**
 * Rollouts over HTTP: routes, what a person sends to plan one, and the views of rollouts, attempts
 * and explanations with their words.
 */
@NullMarked
package io.slipway.rollout.api;

import org.jspecify.annotations.NullMarked;
