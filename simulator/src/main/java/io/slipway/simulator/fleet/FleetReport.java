package io.slipway.simulator.fleet;

import io.slipway.simulator.count.Finding;
import io.slipway.simulator.talk.TalkReport;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A fleet at one moment, or at the end of its run.
 *
 * @param devices how many there are
 * @param booted how many were switched on so far
 * @param waitingWithCode how many show a code now
 * @param waitingWithoutCode how many are unbound without a code now
 * @param activated how many are ready to talk
 * @param failed how many gave up
 * @param codesEntered how many codes the owner entered successfully
 * @param requests responses read, of any status
 * @param goodAnswers replies to OTA checks that were understood
 * @param nvsWrites values written to flash, in all devices together
 * @param p50Ms median latency of requests, from connecting to the last byte
 * @param p99Ms 99th percentile
 * @param seconds since the start
 * @param broken rules of the device contract that the server broke
 * @param warnings what is close to breaking a device
 * @param troubles what devices survive: errors, refused connections, codes not accepted
 * @param talk their conversations, null if they don't talk
 */
public record FleetReport(
        int devices,
        int booted,
        int waitingWithCode,
        int waitingWithoutCode,
        int activated,
        int failed,
        long codesEntered,
        long requests,
        long goodAnswers,
        long nvsWrites,
        double p50Ms,
        double p99Ms,
        double seconds,
        List<Finding> broken,
        List<Finding> warnings,
        List<Finding> troubles,
        @Nullable TalkReport talk) {

    /** Whether the server replied and broke no rule. */
    public boolean clean() {
        return rulesBroken() == 0 && goodAnswers > 0;
    }

    public boolean allActivated() {
        return activated == devices;
    }

    public long rulesBroken() {
        return allBroken().stream().mapToLong(Finding::count).sum();
    }

    /** Rules broken in check-ins and in conversations. */
    public List<Finding> allBroken() {
        return joined(broken, talk == null ? List.of() : talk.broken());
    }

    public List<Finding> allWarnings() {
        return joined(warnings, talk == null ? List.of() : talk.warnings());
    }

    public List<Finding> allTroubles() {
        return joined(troubles, talk == null ? List.of() : talk.troubles());
    }

    private static List<Finding> joined(List<Finding> one, List<Finding> other) {
        return Stream.concat(one.stream(), other.stream()).toList();
    }
}
