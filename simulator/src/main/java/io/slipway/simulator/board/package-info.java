/** The parts of a device: hardware and flash, the profile it reports, the speed of its time. */
@NullMarked
package io.slipway.simulator.board;

import org.jspecify.annotations.NullMarked;
