package io.slipway.rollout.rules.attempt;

import io.slipway.protocol.FirmwareVersion;
import java.time.Duration;

/** How often a device is offered a build that failed on it, and after what delay. */
public final class Retries {

    /** update-rules U16: the delay after the first offer; it doubles with each further one. */
    static final Duration BACK_OFF = Duration.ofMinutes(10);

    static final Duration LONGEST_BACK_OFF = Duration.ofHours(24);

    /**
     * From this version on, a failed upgrade leaves the device running; earlier firmware reboots at
     * once (update-rules F9).
     */
    private static final FirmwareVersion STAYS_UP = FirmwareVersion.parse("1.8.0").orElseThrow();

    /**
     * A device that reboots on each failure disturbs its user: it gets two downloads and one
     * install.
     */
    private static final int REBOOTING_DELIVERIES = 2;

    private static final int REBOOTING_INSTALLS = 1;

    private Retries() {}

    /** Whether a failed upgrade reboots a device that runs this version: firmware before 1.8.0. */
    public static boolean rebootsOnFailure(RunningBuild running) {
        return running.parsed().filter(version -> version.compareTo(STAYS_UP) < 0).isPresent();
    }

    static int deliveryFailures(RunningBuild from, Policy policy) {
        return rebootsOnFailure(from)
                ? Math.min(REBOOTING_DELIVERIES, policy.deliveryFailures())
                : policy.deliveryFailures();
    }

    private static int installFailures(RunningBuild from, Policy policy) {
        return rebootsOnFailure(from)
                ? Math.min(REBOOTING_INSTALLS, policy.installFailures())
                : policy.installFailures();
    }

    /** update-rules U15. */
    public static boolean exhausted(Attempt.OfferHistory past, RunningBuild from, Policy policy) {
        return past.installFailures() >= installFailures(from, policy)
                || past.deliveryFailures() >= deliveryFailures(from, policy);
    }

    /** update-rules U16: no further offer before this time, epoch ms. */
    public static long notBefore(Attempt attempt) {
        return attempt.offer().at() + backOff(attempt.past().offers()).toMillis();
    }

    static Duration backOff(int offers) {
        if (offers == 0) {
            return Duration.ZERO;
        }
        // Beyond 2^8 it is longer than a day, and more shifting would overflow.
        long factor = 1L << Math.min(offers - 1, 8);
        Duration wait = BACK_OFF.multipliedBy(factor);
        return wait.compareTo(LONGEST_BACK_OFF) > 0 ? LONGEST_BACK_OFF : wait;
    }
}
