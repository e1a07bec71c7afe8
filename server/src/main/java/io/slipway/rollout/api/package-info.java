/**
 * Rollouts over HTTP: routes, the requests to plan one, and the views of rollouts, attempts and
 * explanations with their texts.
 */
@NullMarked
package io.slipway.rollout.api;

import org.jspecify.annotations.NullMarked;
