/**
 * Fake devices that are as strict as the strictest real one, singly or a hundred thousand at once.
 *
 * <p>{@link io.slipway.simulator.UpdatingDevice} updates its firmware, with all that can go wrong;
 * {@link io.slipway.simulator.UpdateFleet} runs many of them.
 *
 * <p>{@link io.slipway.simulator.Device} is one device, step by step; {@link
 * io.slipway.simulator.Boot} is what its firmware does with it after power-on; {@link
 * io.slipway.simulator.Fleet} runs many. {@link io.slipway.simulator.StrictHttp} and {@link
 * io.slipway.simulator.StrictAnswer} read what the server sends as devices do, and name the rule of
 * the device contract that it breaks. They share nothing with the code that writes those answers.
 */
@NullMarked
package io.slipway.simulator;

import org.jspecify.annotations.NullMarked;
