/** Devices that update their firmware, singly and as a fleet, with all that can go wrong. */
@NullMarked
package io.slipway.simulator.update;

import org.jspecify.annotations.NullMarked;
