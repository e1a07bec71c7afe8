/**
 * What a device is made of: its hardware and flash, the profile it reports, how fast its time goes.
 */
@NullMarked
package io.slipway.simulator.board;

import org.jspecify.annotations.NullMarked;
