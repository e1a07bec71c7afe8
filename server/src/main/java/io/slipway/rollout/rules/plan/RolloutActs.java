package io.slipway.rollout.rules.plan;

/**
 * What people did to a rollout. Times are epoch ms, 0 for never.
 *
 * @param startedBy a user name, {@code ""} for nobody, as {@code approvedBy}
 */
public record RolloutActs(String startedBy, String approvedBy, long begunAt, long endedAt) {}
