/**
 * Fake devices that are as strict as the strictest real one, singly or a hundred thousand at once.
 * Here are the command lines; the rooms build on each other in this order:
 *
 * <ul>
 *   <li>{@code arguments}: reads command lines, those of the benchmarks too
 *   <li>{@code board}: what a device is made of; {@code count}: what is counted
 *   <li>{@code strict}: reads what a server sends as devices do; {@link
 *       io.slipway.simulator.strict.StrictHttp} and {@link
 *       io.slipway.simulator.strict.StrictAnswer} name the rule that it breaks
 *   <li>{@code device}: {@link io.slipway.simulator.device.Device} is one device, step by step
 *   <li>{@code talk}: {@link io.slipway.simulator.talk.TalkingDevice} holds voice sessions
 *   <li>{@code fleet}: {@link io.slipway.simulator.fleet.Boot} is what the firmware does after
 *       power-on; {@link io.slipway.simulator.fleet.Fleet} runs many
 *   <li>{@code update}: {@link io.slipway.simulator.update.UpdatingDevice} updates its firmware;
 *       {@link io.slipway.simulator.update.UpdateFleet} runs many of them
 * </ul>
 */
@NullMarked
package io.slipway.simulator;

import org.jspecify.annotations.NullMarked;
