package io.slipway.rollout.grant;

import io.slipway.device.profile.Profile;
import io.slipway.rollout.rules.attempt.Attempt;
import io.slipway.rollout.rules.attempt.Policy;
import io.slipway.rollout.rules.plan.Decision;
import io.slipway.rollout.rules.plan.DeviceFacts;
import io.slipway.rollout.rules.plan.OfferCapacity;
import io.slipway.rollout.rules.plan.Planner;
import io.slipway.rollout.rules.plan.Quarantines;
import io.slipway.rollout.rules.plan.Rollout;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;

/**
 * Everything that a decision depends on, besides the device.
 *
 * @param rollouts in the order of {@code resolved}
 */
record DecisionInputs(
        List<Rollout> rollouts,
        List<PlanCache.ResolvedPlan> resolved,
        Quarantines quarantines,
        OfferCapacity capacity,
        Policy policy) {

    /**
     * @param rssi the device's signal, in dBm; 0 for unknown
     */
    Decision decide(Profile profile, int rssi, Collection<Attempt> attempts, long now) {
        return Planner.decide(
                facts(profile).withRssi(rssi),
                attempts,
                quarantines,
                rollouts,
                capacity,
                policy,
                now);
    }

    /** The running ones, with the devices they name. */
    List<MemberCounter.RunningRollout> running() {
        var running = new ArrayList<MemberCounter.RunningRollout>();
        for (int i = 0; i < rollouts.size(); i++) {
            if (rollouts.get(i).course().status() == Rollout.Status.RUNNING) {
                running.add(new MemberCounter.RunningRollout(rollouts.get(i), resolved.get(i)));
            }
        }
        return running;
    }

    private DeviceFacts facts(Profile profile) {
        var listed = new HashSet<String>();
        var canary = new HashSet<String>();
        for (int i = 0; i < rollouts.size(); i++) {
            if (resolved.get(i).listed().has(profile)) {
                listed.add(rollouts.get(i).id());
            }
            if (resolved.get(i).canaries().has(profile)) {
                canary.add(rollouts.get(i).id());
            }
        }
        return DeviceFactsMapper.of(profile, new DeviceFacts.NamedBy(listed, canary));
    }
}
