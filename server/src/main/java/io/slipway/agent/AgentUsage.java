package io.slipway.agent;

/**
 * Usage of an agent by devices.
 *
 * @param devices how many it has
 * @param lastConnectedAt epoch milliseconds when one of them was last seen; 0 for never
 */
public record AgentUsage(long devices, long lastConnectedAt) {

    public static final AgentUsage NONE = new AgentUsage(0, 0);
}
