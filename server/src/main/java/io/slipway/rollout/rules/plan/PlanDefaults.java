package io.slipway.rollout.rules.plan;

import io.slipway.rollout.rules.gate.Gate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Defaults for the numbers of a plan. */
public final class PlanDefaults {

    /**
     * A failure rate of 5 % is too high. 59 devices without a failure are the minimum that can show
     * a lower rate (93 with one failure), so a smaller number would promise the impossible; a
     * smaller fleet ends a stage when all of its devices are well. On bad networks downloads fail
     * through no fault of the build: 20 %. A day covers every hour of use once, and is the time
     * after which a device that booted the build counts as confirmed (update-rules U3).
     */
    public static final Gate GATE = new Gate(59, 0.05, 0.20, Duration.ofHours(24));

    /**
     * 200 downloads of 64 KB/s are 100 Mbit/s, which a small server has. Devices that get offers in
     * the two minutes or so until the first crash is noticed are exposed: 100 offers a minute keep
     * that to a few hundred, and are 144,000 a day. Bandwidth is limited elsewhere, for all
     * rollouts together.
     */
    public static final Limits LIMITS = new Limits(200, 100, 0);

    /**
     * In a smaller fleet a share is either empty or must be complete to show anything, so one
     * device goes first, and then all.
     */
    public static final int SMALL_FLEET = 60;

    private PlanDefaults() {}

    /** For a small fleet, or one whose first devices are named. */
    public static List<Rollout.Stage> few() {
        return List.of(new Rollout.Stage(0, GATE), new Rollout.Stage(1, GATE));
    }

    /** The same plan, preceded by a stage for the named devices only. */
    public static List<Rollout.Stage> canariesFirst(List<Rollout.Stage> stages) {
        Rollout.Stage first = stages.getFirst();
        if (first.share() == 0) {
            return stages;
        }
        var all = new ArrayList<>(stages);
        if (all.size() == RolloutPlan.MAX_STAGES) {
            all.removeFirst();
        }
        all.addFirst(new Rollout.Stage(0, first.gate()));
        return List.copyOf(all);
    }

    /**
     * First 1 %, or only the named devices; then 10, 50 and 100 %: each step finds faults that are
     * five to ten times as rare.
     */
    public static List<Rollout.Stage> stages(boolean canariesNamed) {
        return List.of(
                new Rollout.Stage(canariesNamed ? 0 : 0.01, GATE),
                new Rollout.Stage(0.10, GATE),
                new Rollout.Stage(0.50, GATE),
                new Rollout.Stage(1, GATE));
    }
}
