package io.slipway.rollout.store;

import io.slipway.rollout.rules.plan.Rollout;

/** A rollout as stored. Times are epoch ms, 0 for never. */
public record RolloutRow(
        String id,
        Making making,
        Purpose purpose,
        StoredPlan stored,
        Progress progress,
        LoadCounts load,
        Acts acts) {

    /**
     * Its origin.
     *
     * @param createdBy a user name
     * @param leadsAway whether its build may lead devices elsewhere, as its creator has confirmed
     */
    public record Making(String accountId, String createdBy, long createdAt, boolean leadsAway) {}

    /**
     * Its builds and its reach.
     *
     * @param badBuild {@code ""} for an update
     * @param salt of the hash that assigns devices to stages
     */
    public record Purpose(boolean everyone, String build, String badBuild, String salt) {}

    /**
     * Its plan.
     *
     * @param plan JSON, in the API's format
     * @param revision increases when it is widened
     */
    public record StoredPlan(String plan, long revision) {}

    /**
     * Its progress.
     *
     * @param status of {@link Rollout.Status}, or {@link #DRAFT}
     * @param gates JSON: the state of its gates
     */
    public record Progress(String status, int stage, boolean passed, String gates) {}

    /**
     * Its current load.
     *
     * @param minute when it made its last offers, see {@link
     *     io.slipway.rollout.rules.plan.Limits.Load}
     */
    public record LoadCounts(long inFlight, long missStreak, String minute) {}

    /**
     * What people did with it.
     *
     * @param startedBy a user name, {@code ""} for nobody, as {@code approvedBy}
     */
    public record Acts(String startedBy, String approvedBy, long begunAt, long endedAt) {}

    public static final String DRAFT = "DRAFT";
}
