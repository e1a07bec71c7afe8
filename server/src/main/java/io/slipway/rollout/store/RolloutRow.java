package io.slipway.rollout.store;

import io.slipway.rollout.rules.plan.Rollout;

/**
 * A rollout as stored.
 *
 * @param status of {@link Rollout.Status}, or {@link #DRAFT}
 * @param plan JSON, as in the API
 * @param gates JSON: the gates' results so far
 * @param leadsAway whether its build leads devices elsewhere and its maker accepted that
 */
public record RolloutRow(
        String id,
        String accountId,
        boolean everyone,
        String build,
        String badBuild,
        String plan,
        long revision,
        String salt,
        String status,
        int stage,
        boolean passed,
        String gates,
        long inFlight,
        long missStreak,
        String minute,
        long createdAt,
        String createdBy,
        String startedBy,
        String approvedBy,
        long begunAt,
        long endedAt,
        boolean leadsAway) {

    public static final String DRAFT = "DRAFT";
}
