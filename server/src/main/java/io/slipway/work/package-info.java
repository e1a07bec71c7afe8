/**
 * How work is organised inside one process: throttles, a bounded pool for computation, periodic
 * tasks, and listeners. Features share it; it knows none of them.
 */
@NullMarked
package io.slipway.work;

import org.jspecify.annotations.NullMarked;
