package io.slipway.rollout.rules.plan;

/**
 * Whether this server makes offers at all, and what all rollouts together may take.
 *
 * @param stopped while the server answers errors, or is shutting down
 */
public record Granting(boolean stopped, Limits limits, Limits.Load load) {

    public static final Granting FREE = new Granting(false, Limits.NONE, Limits.Load.NONE);
}
