package io.slipway.rollout.store;

import io.slipway.rollout.rules.plan.Rollout;

/** A rollout as it stands in the store. Times are epoch ms, 0 for never. */
public record RolloutRow(
        String id,
        Making making,
        Purpose purpose,
        StoredPlan stored,
        Progress progress,
        LoadCounts load,
        Acts acts) {

    /**
     * How it came about.
     *
     * @param createdBy a user name
     * @param leadsAway whether its build doesn't lead devices back here, which its maker knows
     */
    public record Making(String accountId, String createdBy, long createdAt, boolean leadsAway) {}

    /**
     * What it is for.
     *
     * @param badBuild {@code ""} for an update
     * @param salt of the draw that puts devices into stages
     */
    public record Purpose(boolean everyone, String build, String badBuild, String salt) {}

    /**
     * Its plan.
     *
     * @param plan JSON, as the API shows it
     * @param revision grows when it is widened
     */
    public record StoredPlan(String plan, long revision) {}

    /**
     * How far it has come.
     *
     * @param status of {@link Rollout.Status}, or {@link #DRAFT}
     * @param gates JSON: what the gates have said so far
     */
    public record Progress(String status, int stage, boolean passed, String gates) {}

    /**
     * What it has under way.
     *
     * @param minute when it made its last offers, see {@link
     *     io.slipway.rollout.rules.plan.Limits.Load}
     */
    public record LoadCounts(long inFlight, long missStreak, String minute) {}

    /**
     * What people did to it.
     *
     * @param startedBy a user name, {@code ""} for nobody, as {@code approvedBy}
     */
    public record Acts(String startedBy, String approvedBy, long begunAt, long endedAt) {}

    public static final String DRAFT = "DRAFT";
}
