/**
 * Plans, attempts and tallies as JSON. A plan is stored as the API takes and shows it, so both the
 * store and the API have it from here; what stands in millions of rows is written as arrays.
 */
@NullMarked
package io.slipway.rollout.json;

import org.jspecify.annotations.NullMarked;
