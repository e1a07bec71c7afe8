package io.slipway.rollout.rules.plan;

/**
 * How a rollout came about.
 *
 * @param createdBy a user name
 * @param createdAt epoch ms
 * @param leadsAway whether its build may lead devices elsewhere, which its maker knows
 */
public record RolloutMaking(
        String accountId, String createdBy, long createdAt, boolean leadsAway) {}
