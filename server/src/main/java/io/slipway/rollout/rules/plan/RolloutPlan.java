package io.slipway.rollout.rules.plan;

import java.util.List;

/**
 * What a person asks for. It changes only by being widened.
 *
 * @param name for people, 1 to {@link #MAX_NAME} characters
 * @param badBuildId the build that devices are taken back from; {@code ""} for an update
 * @param everyone whether it reaches all accounts' devices; only an administrator's does
 * @param approval whether a second person must approve it before it runs
 */
public record RolloutPlan(
        String name,
        String buildId,
        String badBuildId,
        boolean everyone,
        Selection selection,
        List<Rollout.Stage> stages,
        Schedule schedule,
        boolean approval) {

    public static final int MAX_NAME = 100;

    /** The first one is the canary stage. */
    public static final int MAX_STAGES = 10;

    public RolloutPlan {
        stages = List.copyOf(stages);
        if (name.isBlank() || stages.isEmpty() || stages.size() > MAX_STAGES) {
            throw new IllegalArgumentException("a rollout must have a name and 1 to 10 stages");
        }
        for (int i = 1; i < stages.size(); i++) {
            if (stages.get(i).share() < stages.get(i - 1).share()) {
                throw new IllegalArgumentException("shares must increase");
            }
        }
    }

    /** A copy with other stages. */
    public RolloutPlan with(List<Rollout.Stage> others) {
        return new RolloutPlan(
                name, buildId, badBuildId, everyone, selection, others, schedule, approval);
    }
}
