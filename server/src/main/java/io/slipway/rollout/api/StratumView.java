package io.slipway.rollout.api;

import io.slipway.firmware.Scheme;
import io.slipway.http.schema.Described;
import io.slipway.http.schema.Inlined;
import io.slipway.rollout.rules.attempt.Stratum;
import io.slipway.rollout.rules.gate.Verdict;
import org.jspecify.annotations.Nullable;

/** A group of devices that is judged by itself. */
record StratumView(
        String board,
        String chip,
        Scheme scheme,
        @Described("原来的版本系列 · the version line that the devices come from") String from) {

    /** How many devices of a group a plan would reach. */
    record StratumCountView(@Inlined StratumView stratum, long devices) {}

    /**
     * A group that currently gets no offers.
     *
     * @param verdict the reason; null if there is none
     */
    record StoppedStratumView(@Inlined StratumView stratum, @Nullable VerdictView verdict) {

        static StoppedStratumView of(Stratum stratum, @Nullable Verdict verdict) {
            return new StoppedStratumView(StratumView.of(stratum), VerdictView.orNull(verdict));
        }
    }

    static StratumView of(Stratum stratum) {
        return new StratumView(stratum.board(), stratum.chip(), stratum.scheme(), stratum.from());
    }
}
