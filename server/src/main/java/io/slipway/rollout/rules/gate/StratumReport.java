package io.slipway.rollout.rules.gate;

import io.slipway.rollout.rules.attempt.Stratum;
import io.slipway.rollout.rules.attempt.Tally;

/**
 * What is known about a stratum of a running rollout.
 *
 * @param members devices that count and belong to the stage: first offered the build in it, or in
 *     its share and not offered it yet; without those unseen for 30 days and those that can't have
 *     it; a stratum without members is reported too
 * @param leftOut like {@code members}, those that don't count (decisions D11)
 * @param stage what is known of devices first offered the build in this stage
 * @param total the same over all stages so far; both without what a person has acknowledged
 * @param noReturn the baseline: the share of this board's devices that don't come back after any
 *     update
 * @param enoughSince since when {@link Gates#enough} is true, epoch ms; 0 while it isn't
 * @param absent canaries that should have come back, where the build may lead away
 */
public record StratumReport(
        Stratum stratum,
        long members,
        long leftOut,
        Ballot stage,
        Ballot total,
        double noReturn,
        long enoughSince,
        AbsentCanaries absent) {

    /** For a build that leads devices back to this server. */
    public StratumReport(
            Stratum stratum,
            long members,
            long leftOut,
            Ballot stage,
            Ballot total,
            double noReturn,
            long enoughSince) {
        this(stratum, members, leftOut, stage, total, noReturn, enoughSince, AbsentCanaries.NONE);
    }

    /** With all devices counting in full. */
    public StratumReport(
            Stratum stratum,
            long members,
            Tally stage,
            Tally total,
            double noReturn,
            long enoughSince) {
        this(stratum, members, 0, Ballot.of(stage), Ballot.of(total), noReturn, enoughSince);
    }

    /** What the gates consider of the stage. */
    Tally seen() {
        return stage.confirming();
    }
}
