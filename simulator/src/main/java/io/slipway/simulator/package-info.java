/**
 * Fake devices that are as strict as the strictest real one, singly or a hundred thousand at once.
 * This package has the command lines; the subpackages build on each other in this order:
 *
 * <ul>
 *   <li>{@code arguments}: parses command lines, including those of the benchmarks
 *   <li>{@code board}: the parts of a device; {@code count}: statistics
 *   <li>{@code strict}: parses a server's messages as devices do; {@link
 *       io.slipway.simulator.strict.StrictHttp} and {@link
 *       io.slipway.simulator.strict.StrictAnswer} name the rule that one breaks
 *   <li>{@code device}: {@link io.slipway.simulator.device.Device} is one device, step by step
 *   <li>{@code talk}: {@link io.slipway.simulator.talk.TalkingDevice} holds voice sessions
 *   <li>{@code fleet}: {@link io.slipway.simulator.fleet.Boot} is the firmware after power-on;
 *       {@link io.slipway.simulator.fleet.Fleet} runs many
 *   <li>{@code update}: {@link io.slipway.simulator.update.UpdatingDevice} updates its firmware;
 *       {@link io.slipway.simulator.update.UpdateFleet} runs many of them
 * </ul>
 */
@NullMarked
package io.slipway.simulator;

import org.jspecify.annotations.NullMarked;
