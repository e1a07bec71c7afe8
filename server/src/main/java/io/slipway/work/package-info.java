/**
 * How work is rationed: throttles, a bounded pool for what computes, and what has to be done again
 * and again. Features share it; it knows none of them.
 */
@NullMarked
package io.slipway.work;

import org.jspecify.annotations.NullMarked;
