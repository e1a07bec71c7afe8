/** Devices that update their firmware, singly and as a fleet, with everything that can go wrong. */
@NullMarked
package io.slipway.simulator.update;

import org.jspecify.annotations.NullMarked;
