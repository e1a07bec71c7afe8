package io.slipway.simulator.fleet;

import io.slipway.simulator.count.Finding;
import io.slipway.simulator.count.Findings;
import io.slipway.simulator.count.Percentiles;
import io.slipway.simulator.talk.TalkReport;
import org.jspecify.annotations.Nullable;

/**
 * A fleet at one moment, or at the end of its run.
 *
 * @param devices how many there are
 * @param latency of requests, from connecting to the last byte
 * @param seconds since the start
 * @param findings without those of conversations
 * @param talk their conversations, null if they don't talk
 */
public record FleetReport(
        int devices,
        DeviceStates states,
        FleetCounts counts,
        Percentiles latency,
        double seconds,
        Findings findings,
        @Nullable TalkReport talk) {

    /**
     * How many devices are in each state.
     *
     * @param booted switched on so far
     * @param waitingWithCode show a code now
     * @param waitingWithoutCode are unbound without a code now
     * @param activated are ready to talk
     * @param failed gave up
     */
    public record DeviceStates(
            int booted, int waitingWithCode, int waitingWithoutCode, int activated, int failed) {}

    /**
     * Counts since the start.
     *
     * @param codesEntered how many codes the owner entered successfully
     * @param requests responses read, of any status
     * @param goodAnswers replies to OTA checks that were understood
     * @param nvsWrites values written to flash, in all devices together
     */
    public record FleetCounts(long codesEntered, long requests, long goodAnswers, long nvsWrites) {}

    /** Whether the server replied and broke no rule. */
    public boolean clean() {
        return rulesBroken() == 0 && counts.goodAnswers > 0;
    }

    public boolean allActivated() {
        return states.activated == devices;
    }

    public long rulesBroken() {
        return allFindings().broken().stream().mapToLong(Finding::count).sum();
    }

    /** Those in check-ins and in conversations. */
    public Findings allFindings() {
        return talk == null ? findings : findings.and(talk.findings());
    }
}
