package io.slipway.rollout.rules.plan;

/**
 * Whether this server makes offers at all, and the limits for all rollouts together.
 *
 * @param stopped while the server answers with errors, or is shutting down
 */
public record OfferCapacity(boolean stopped, Limits limits, Limits.Load load) {

    public static final OfferCapacity FREE =
            new OfferCapacity(false, Limits.NONE, Limits.Load.NONE);
}
