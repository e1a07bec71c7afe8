package io.slipway.rollout.rules.plan;

import io.slipway.rollout.rules.attempt.BuildRef;
import io.slipway.rollout.rules.gate.Gate;
import io.slipway.rollout.rules.gate.Halts;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A rollout as it currently stands.
 *
 * @param createdAt epoch ms; the older one comes first
 * @param account whose devices it reaches; null for an administrator's, which reaches all
 * @param bad the build that devices are taken back from, with {@code force}; null for an update
 * @param salt random, so that the same devices aren't always first
 * @param stage index of the running stage; 0 is the canary stage
 * @param startsAt epoch ms
 * @param visible whether downloads can be watched
 */
public record Rollout(
        String id,
        long createdAt,
        @Nullable String account,
        Target target,
        @Nullable BuildRef bad,
        Selection selection,
        String salt,
        List<Stage> stages,
        int stage,
        Status status,
        long startsAt,
        @Nullable Window window,
        Limits limits,
        Limits.Load load,
        Halts halts,
        boolean visible) {

    /**
     * @param share of the devices, 0 to 1; named canaries belong to every stage
     */
    public record Stage(double share, Gate gate) {

        public Stage {
            if (!(share >= 0 && share <= 1)) {
                throw new IllegalArgumentException("a share must be between 0 and 1");
            }
        }
    }

    /** Set by people, or by the gates. */
    public enum Status {
        AWAITING_APPROVAL,
        RUNNING,
        PAUSED,
        HALTED,
        CANCELLED,
        DONE
    }

    public Rollout {
        stages = List.copyOf(stages);
        if (stage < 0 || stage >= stages.size()) {
            throw new IllegalArgumentException("one of the stages must be the current one");
        }
    }

    /** A copy with no load. */
    public Rollout unloaded() {
        return new Rollout(
                id,
                createdAt,
                account,
                target,
                bad,
                selection,
                salt,
                stages,
                stage,
                status,
                startsAt,
                window,
                limits,
                Limits.Load.NONE,
                halts,
                visible);
    }

    /** Whether it takes devices back from this build. */
    boolean turnsBack(String buildId) {
        return bad != null && bad.id().equals(buildId);
    }

    /** Whether it has begun and was not cancelled. */
    boolean begun(long now) {
        return now >= startsAt
                && switch (status) {
                    case RUNNING, PAUSED, HALTED, DONE -> true;
                    case AWAITING_APPROVAL, CANCELLED -> false;
                };
    }

    public Stage running() {
        return stages.get(stage);
    }

    boolean names(DeviceFacts device) {
        return device.listedBy().contains(id) || device.canaryOf().contains(id);
    }
}
