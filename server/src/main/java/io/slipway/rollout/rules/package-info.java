/**
 * The rules of updates as functions of their arguments: no clock, no database, no network. {@code
 * attempt} concludes how an update went, {@code gate} says whether a stage goes on or stops, {@code
 * plan} decides who is offered what; each uses only those before it.
 */
@NullMarked
package io.slipway.rollout.rules;

import org.jspecify.annotations.NullMarked;
