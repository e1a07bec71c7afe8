package io.slipway.rollout.rules.plan;

import io.slipway.rollout.rules.attempt.Attempt;
import io.slipway.rollout.rules.attempt.Policy;
import io.slipway.rollout.rules.attempt.Stratum;
import io.slipway.rollout.rules.gate.Gates;
import java.time.Duration;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a rollout would do if it began now.
 *
 * @param selected devices that it is meant for
 * @param reachable those of them that can have the build
 * @param excluded the others, by what keeps them out
 * @param strata the reachable ones by stratum
 * @param lately reachable ones that checked in or talked in the last 24 hours
 */
public record Preview(
        long selected,
        long reachable,
        Map<Refusal, Long> excluded,
        Map<Stratum, Long> strata,
        long lately) {

    private static final double DAY = 24;

    private static final double MINUTES_PER_HOUR = 60;

    public Preview {
        excluded = Map.copyOf(excluded);
        strata = Map.copyOf(strata);
    }

    /** Adds up devices one by one. Not thread-safe. */
    public static final class PreviewCounter {

        private final Rollout rollout;
        private final Policy policy;
        private final Map<Refusal, Long> excluded = new EnumMap<>(Refusal.class);
        private final Map<Stratum, Long> strata = new HashMap<>();
        private long selected;
        private long reachable;
        private long lately;

        public PreviewCounter(Rollout rollout, Policy policy) {
            this.rollout = rollout;
            this.policy = policy;
        }

        /**
         * @param attempts those of the device at the same build, from earlier rollouts
         */
        public void add(DeviceFacts device, List<Attempt> attempts, Quarantines quarantines) {
            add(device, attempts, quarantines, false);
        }

        /**
         * Returns whether it can have the build.
         *
         * @param heard whether it checked in or talked in the last 24 hours
         */
        public boolean add(
                DeviceFacts device,
                List<Attempt> attempts,
                Quarantines quarantines,
                boolean heard) {
            var suitability = new Suitability(device);
            if (suitability.selection(rollout) != null) {
                return false;
            }
            selected++;
            Optional<Decision.DetailedRefusal> refused =
                    Planner.exclusion(device, attempts, quarantines, rollout, policy);
            if (refused.isPresent()) {
                excluded.merge(refused.get().refusal(), 1L, Long::sum);
            } else {
                reachable++;
                lately += heard ? 1 : 0;
                strata.merge(suitability.stratum(rollout.target()), 1L, Long::sum);
            }
            return refused.isEmpty();
        }

        /** How many devices can have it so far. */
        public long reachable() {
            return reachable;
        }

        public Preview result() {
            return new Preview(selected, reachable, excluded, strata, lately);
        }
    }

    /**
     * How long the plan takes if all goes well and devices check in as in the last 24 hours; only
     * check-ins within its window count.
     *
     * @return empty if none checked in
     */
    public Optional<Duration> takes(RolloutPlan plan) {
        Window window = plan.schedule().window();
        double perHour = lately / DAY * (window == null ? 1 : window.share());
        return duration(reachable, perHour, plan.schedule().limits(), plan.stages());
    }

    /**
     * How long it takes if all goes well. A device is reached when it boots, so each stage waits
     * for enough of its own devices, and the last one for all.
     *
     * @param perHour how many different devices of the selection check in for the first time in an
     *     hour, counted from any moment
     * @return empty when none checks in
     */
    public static Optional<Duration> duration(
            long devices, double perHour, Limits limits, List<Rollout.Stage> stages) {
        if (!(perHour > 0)) {
            return Optional.empty();
        }
        double hours = 0;
        double reached = 0;
        for (int i = 0; i < stages.size(); i++) {
            Rollout.Stage stage = stages.get(i);
            double members = devices * stage.share();
            double wanted =
                    i == stages.size() - 1
                            ? members
                            : Math.min(members, (double) Gates.needed(stage.gate()));
            if (members > 0) {
                // Only its own members' check-ins count for a stage.
                double arriving = wanted / (perHour * stage.share());
                double granting = Math.max(0, wanted - reached) / perHour(limits);
                hours += Math.max(arriving, granting);
            }
            reached = Math.max(reached, wanted);
            hours += stage.gate().soak().toMillis() / 3_600_000.0;
        }
        return Optional.of(Duration.ofMinutes((long) Math.ceil(hours * MINUTES_PER_HOUR)));
    }

    /** How many offers the limits allow in an hour. */
    private static double perHour(Limits limits) {
        double most = Double.MAX_VALUE;
        double downloads = 3600.0 / Limits.TYPICAL_DOWNLOAD.toSeconds();
        if (limits.inFlight() > 0) {
            most = limits.inFlight() * downloads;
        }
        if (limits.perMinute() > 0) {
            most = Math.min(most, limits.perMinute() * MINUTES_PER_HOUR);
        }
        if (limits.bytesPerSecond() > 0) {
            double atOnce = (double) limits.bytesPerSecond() / Limits.DEVICE_BYTES_PER_SECOND;
            most = Math.min(most, atOnce * downloads);
        }
        return most;
    }
}
