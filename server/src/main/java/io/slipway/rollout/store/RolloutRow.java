package io.slipway.rollout.store;

import io.slipway.rollout.rules.plan.Rollout;
import io.slipway.rollout.rules.plan.RolloutActs;
import io.slipway.rollout.rules.plan.RolloutMaking;

/** A rollout as it stands in the store. Times are epoch ms, 0 for never. */
public record RolloutRow(
        String id,
        RolloutMaking making,
        Purpose purpose,
        StoredPlan stored,
        Progress progress,
        LoadCounts load,
        RolloutActs acts) {

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

    public static final String DRAFT = "DRAFT";
}
