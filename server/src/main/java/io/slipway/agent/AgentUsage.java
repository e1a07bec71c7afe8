package io.slipway.agent;

import org.jspecify.annotations.Nullable;

/**
 * Usage of an agent by devices.
 *
 * @param devices how many it has
 * @param lastConnectedAt epoch milliseconds when one of them was last seen; null if never
 */
public record AgentUsage(long devices, @Nullable Long lastConnectedAt) {

    public static final AgentUsage NONE = new AgentUsage(0, null);
}
