/**
 * Plans, attempts and tallies as JSON. A plan is stored in the API's format, so both the store and
 * the API use this package; values of millions of rows are written as arrays.
 */
@NullMarked
package io.slipway.rollout.json;

import org.jspecify.annotations.NullMarked;
