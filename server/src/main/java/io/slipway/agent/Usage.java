package io.slipway.agent;

import org.jspecify.annotations.Nullable;

/**
 * What an agent's devices amount to.
 *
 * @param devices how many it has
 * @param lastConnectedAt epoch milliseconds of the latest sign of one of them; null when none
 */
public record Usage(long devices, @Nullable Long lastConnectedAt) {

    public static final Usage NONE = new Usage(0, null);
}
