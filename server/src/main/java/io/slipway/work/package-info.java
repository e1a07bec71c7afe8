/**
 * How work is organised inside one process: throttles, a bounded pool for what computes, what has
 * to be done again and again, and who is told when something happens. Features share it; it knows
 * none of them.
 */
@NullMarked
package io.slipway.work;

import org.jspecify.annotations.NullMarked;
