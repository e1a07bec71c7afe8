package io.slipway.rollout.rules.attempt;

import java.time.Duration;

/**
 * The numbers of update-rules that an operator may want to change. Those that follow from how
 * firmware behaves are constants where they are used.
 *
 * @param confirmAfter after this time a device that booted the build and showed nothing else is
 *     confirmed (update-rules U3)
 * @param deliveryFailures after this number of failures, device and build are quarantined
 *     (update-rules U8, U15)
 * @param installFailures after this number of failures, device and build are quarantined
 *     (update-rules U15)
 * @param restarts this number of check-ins on the build within ten minutes is a restart loop
 *     (update-rules X1); 0 for never
 */
public record Policy(
        Duration confirmAfter,
        Silence silence,
        int deliveryFailures,
        int installFailures,
        int restarts,
        Readiness readiness) {

    /**
     * What silence since a whole download means (update-rules U11).
     *
     * @param silentAfter after this time without a check-in a device is silent
     * @param overdueAfter after this time it counts as a failure, weighted
     * @param lostAfter after this time it is lost
     * @param weight how much of a failure an overdue device is, 0 to 1
     */
    public record Silence(
            Duration silentAfter, Duration overdueAfter, Duration lostAfter, double weight) {

        public Silence {
            if (silentAfter.compareTo(overdueAfter) > 0 || overdueAfter.compareTo(lostAfter) > 0) {
                throw new IllegalArgumentException("silent, then overdue, then lost");
            }
            if (weight < 0 || weight > 1) {
                throw new IllegalArgumentException(
                        "the weight of a silent device must be between 0 and 1");
            }
        }

        public Silence withWeight(double value) {
            return new Silence(silentAfter, overdueAfter, lostAfter, value);
        }
    }

    /**
     * What a device must show before it is offered a build (update-rules 2.3).
     *
     * @param minRssi a device with a weaker signal waits for a better one, in dBm; 0 for any signal
     * @param minBattery a device with a lower charge that is not charging waits, in percent; 0 for
     *     never
     * @param psram whether builds that need PSRAM are withheld from devices that report none
     */
    public record Readiness(int minRssi, int minBattery, boolean psram) {}

    public static final Policy DEFAULTS =
            new Policy(
                    Duration.ofHours(24),
                    new Silence(
                            Duration.ofMinutes(15), Duration.ofHours(24), Duration.ofDays(7), 1.0),
                    5,
                    2,
                    5,
                    new Readiness(-80, 20, true));

    public Policy {
        if (deliveryFailures < 1 || installFailures < 1 || restarts < 0) {
            throw new IllegalArgumentException("the number of failures starts at 1");
        }
    }
}
