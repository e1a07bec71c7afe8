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
 * @param bad the build that devices are taken back from, with {@code force}; null for an update
 * @param visible whether downloads can be watched
 */
public record Rollout(
        String id,
        long createdAt,
        Reach reach,
        Target target,
        @Nullable BuildRef bad,
        Course course,
        Schedule schedule,
        boolean visible) {

    /**
     * Which devices it reaches, and in which order.
     *
     * @param account whose devices; null for an administrator's, which reaches all
     * @param salt random, so that the same devices aren't always first
     */
    public record Reach(@Nullable String account, Selection selection, String salt) {

        /** Whether it reaches devices of this account; null for a device that is not bound. */
        public boolean includes(@Nullable String other) {
            return account == null || account.equals(other);
        }
    }

    /**
     * Its stages, and how far it has come.
     *
     * @param stage index of the running stage; 0 is the canary stage
     */
    public record Course(
            List<Stage> stages, int stage, Status status, Limits.Load load, Halts halts) {

        public Course {
            stages = List.copyOf(stages);
            if (stage < 0 || stage >= stages.size()) {
                throw new IllegalArgumentException("one of the stages must be the current one");
            }
        }

        public Stage running() {
            return stages.get(stage);
        }
    }

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

    /** A copy with no load. */
    public Rollout unloaded() {
        var idle =
                new Course(
                        course.stages, course.stage, course.status, Limits.Load.NONE, course.halts);
        return new Rollout(id, createdAt, reach, target, bad, idle, schedule, visible);
    }

    /** Whether it takes devices back from this build. */
    boolean turnsBack(String buildId) {
        return bad != null && bad.id().equals(buildId);
    }

    /** Whether it has begun and was not cancelled. */
    boolean begun(long now) {
        return now >= schedule.startsAt()
                && switch (course.status) {
                    case RUNNING, PAUSED, HALTED, DONE -> true;
                    case AWAITING_APPROVAL, CANCELLED -> false;
                };
    }

    boolean names(DeviceFacts device) {
        return device.named().listedBy().contains(id) || device.named().canaryOf().contains(id);
    }
}
