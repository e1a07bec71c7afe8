/** One device that checks in and activates, step by step, and its messages on the wire. */
@NullMarked
package io.slipway.simulator.device;

import org.jspecify.annotations.NullMarked;
