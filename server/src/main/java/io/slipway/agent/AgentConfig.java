package io.slipway.agent;

/**
 * The agents' settings.
 *
 * @param privateBackends whether a voice backend may be in a private network
 */
public record AgentConfig(boolean privateBackends) {}
