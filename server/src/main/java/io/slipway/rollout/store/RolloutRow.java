package io.slipway.rollout.store;

import io.slipway.rollout.rules.plan.Rollout;
import io.slipway.rollout.rules.plan.RolloutActs;
import io.slipway.rollout.rules.plan.RolloutMaking;

/** A rollout as stored. Times are epoch ms, 0 for never. */
public record RolloutRow(
        String id,
        RolloutMaking making,
        Purpose purpose,
        StoredPlan stored,
        Progress progress,
        LoadCounts load,
        RolloutActs acts) {

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

    public static final String DRAFT = "DRAFT";
}
