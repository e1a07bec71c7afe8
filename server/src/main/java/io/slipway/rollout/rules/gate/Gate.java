package io.slipway.rollout.rules.gate;

import java.time.Duration;

/**
 * What must be known before a stage may end.
 *
 * @param minDecided devices of each stratum for which it must be known whether the build works
 * @param failureLimit the failure rate that is too high, above 0 and below 1
 * @param deliveryLimit the rate of failed downloads at which the rollout pauses
 * @param soak how long it is still watched once enough is known
 */
public record Gate(int minDecided, double failureLimit, double deliveryLimit, Duration soak) {

    public Gate {
        if (minDecided < 0 || soak.isNegative()) {
            throw new IllegalArgumentException("a gate must wait for something");
        }
        if (!(failureLimit > 0 && failureLimit < 1 && deliveryLimit > 0 && deliveryLimit < 1)) {
            throw new IllegalArgumentException("a limit must be a rate between 0 and 1");
        }
    }
}
