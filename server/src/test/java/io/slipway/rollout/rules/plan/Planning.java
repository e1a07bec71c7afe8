package io.slipway.rollout.rules.plan;

import static io.slipway.rollout.rules.Given.T0;
import static io.slipway.rollout.rules.Given.device;
import static io.slipway.rollout.rules.Given.rollout;
import static io.slipway.rollout.rules.Given.running;
import static io.slipway.rollout.rules.Given.target;
import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.rollout.rules.attempt.Attempt;
import io.slipway.rollout.rules.attempt.Policy;
import java.util.List;

/** What the planner decides at {@link io.slipway.rollout.rules.Given#T0} by the default policy. */
final class Planning {

    static final Rollout NEWER = rollout("r1", target("2.1.0"));
    static final DeviceFacts DEVICE = device(running("2.0.0"));

    static Decision decide(DeviceFacts device, List<Attempt> attempts, Rollout... rollouts) {
        return Planner.decide(
                device,
                attempts,
                Quarantines.NONE,
                List.of(rollouts),
                OfferCapacity.FREE,
                Policy.DEFAULTS,
                T0);
    }

    static Decision decide(DeviceFacts device, Rollout... rollouts) {
        return decide(device, List.of(), rollouts);
    }

    static Refusal refusal(Decision decision) {
        return ((Decision.None) decision).why().refusal();
    }

    static void refused(Refusal expected, DeviceFacts device, Rollout... rollouts) {
        assertThat(refusal(decide(device, rollouts))).isEqualTo(expected);
    }

    static String offered(Decision decision) {
        return ((Decision.NewOffer) decision).rolloutId();
    }

    private Planning() {}
}
