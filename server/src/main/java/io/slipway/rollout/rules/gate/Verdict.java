package io.slipway.rollout.rules.gate;

import io.slipway.text.Sentence;

/**
 * The result of a gate.
 *
 * @param why one sentence, with the figures
 * @param counted who was counted
 */
public record Verdict(Move move, GateReason reason, Sentence why, CountedDevices counted) {

    public Verdict(Move move, GateReason reason, Sentence why) {
        this(move, reason, why, CountedDevices.NONE);
    }

    Verdict by(CountedDevices who) {
        return new Verdict(move, reason, why, who);
    }

    /** The consequence. */
    public enum Move {
        PROMOTE,
        HOLD,
        HALT,
        /** Nothing is known to be wrong with the build: a person must look. */
        PAUSE
    }

    /** Machine-readable reasons. */
    public enum GateReason {
        /** Enough is known, and the result is good. */
        PASSED,
        /** No device belongs to the stage: it ends at once without showing anything. */
        EMPTY,
        /** Too few devices are decided, or they leave too much doubt. */
        UNDECIDED,
        /** Nothing more will be learned; a person must decide. */
        NEEDS_A_PERSON,
        SOAKING,
        /** A crash in the canary stage, or while few devices are decided (a). */
        CANARY_CRASHED,
        /** A canary of a build that may lead away did not come back. */
        CANARY_ABSENT,
        /** The failure rate is above the limit with confidence (b). */
        TOO_MANY_FAILURES,
        /** It would halt, but only because of devices of other accounts. */
        OTHERS_FAILED,
        /** Downloads fail (c). */
        DELIVERY,
        /** Devices don't come back (d). */
        TOO_MANY_SILENT,
        /** It has failed on every board for which anything is known. */
        FAILS_EVERYWHERE
    }
}
