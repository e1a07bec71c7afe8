package io.slipway.agent;

import org.jspecify.annotations.Nullable;

/**
 * What an agent's devices amount to.
 *
 * @param devices how many it has
 * @param lastConnectedAt epoch milliseconds of the latest sign of one of them; null when none
 */
public record AgentUsage(long devices, @Nullable Long lastConnectedAt) {

    public static final AgentUsage NONE = new AgentUsage(0, null);
}
