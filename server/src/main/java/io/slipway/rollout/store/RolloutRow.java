package io.slipway.rollout.store;

import io.slipway.rollout.rules.plan.Rollout;

/**
 * A rollout as it stands in the store.
 *
 * @param status of {@link Rollout.Status}, or {@link #DRAFT}
 * @param plan JSON, as the API shows it
 * @param gates JSON: what the gates have said so far
 * @param leadsAway whether its build doesn't lead devices back here, which its maker knows
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
