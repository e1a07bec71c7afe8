package io.slipway.rollout.rules.plan;

import io.slipway.rollout.rules.gate.Gate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** What a plan is when its maker leaves the numbers to us. */
public final class PlanDefaults {

    /**
     * 5 % of failures is too much. 59 devices without a failure are the fewest that show the rate
     * to be lower (with one failure it takes 93), so a smaller number would promise what can't be;
     * a fleet that hasn't so many ends a stage when all of them are well. Downloads fail on bad
     * networks without any fault of the build: 20 %. A day sees every hour of use once, and as long
     * it takes until a device that booted the build is held to be confirmed (update-rules U3).
     */
    public static final Gate GATE = new Gate(59, 0.05, 0.20, Duration.ofHours(24));

    /**
     * 200 downloads of 64 KB/s are 100 Mbit/s, which a small server has. What is offered in the two
     * minutes or so that it takes to notice the first crash is exposed: 100 offers a minute keep
     * that to some hundreds, and are 144,000 a day. Bytes are limited for all rollouts together
     * elsewhere.
     */
    public static final Limits LIMITS = new Limits(200, 100, 0);

    /**
     * With fewer devices a share is nobody, or all of them are needed to know anything: then one
     * goes first, and all after it.
     */
    public static final int SMALL_FLEET = 60;

    private PlanDefaults() {}

    /** For a small fleet whose first devices are named. */
    public static List<Rollout.Stage> few() {
        return List.of(new Rollout.Stage(0, GATE), new Rollout.Stage(1, GATE));
    }

    /** The same plan with a stage for the devices that are named, and nobody else, before it. */
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
     * One in a hundred first, or those that are named and nobody else; then ten, fifty, all: each
     * step finds what is five to ten times as rare.
     */
    public static List<Rollout.Stage> stages(boolean canariesNamed) {
        return List.of(
                new Rollout.Stage(canariesNamed ? 0 : 0.01, GATE),
                new Rollout.Stage(0.10, GATE),
                new Rollout.Stage(0.50, GATE),
                new Rollout.Stage(1, GATE));
    }
}
