package io.slipway.rollout.rules.gate;

import io.slipway.rollout.rules.attempt.Stratum;
import java.util.Set;

/**
 * Where a rollout has stopped by itself.
 *
 * @param boards boards that have halted altogether
 * @param paused strata that wait for a person (decisions D11)
 */
public record Halts(Set<Stratum> strata, Set<String> boards, Set<Stratum> paused) {

    public static final Halts NONE = new Halts(Set.of(), Set.of());

    public Halts {
        strata = Set.copyOf(strata);
        boards = Set.copyOf(boards);
        paused = Set.copyOf(paused);
    }

    public Halts(Set<Stratum> strata, Set<String> boards) {
        this(strata, boards, Set.of());
    }

    /** Whether no device of the stratum is offered anything. */
    public boolean cover(Stratum stratum) {
        return halted(stratum) || paused.contains(stratum);
    }

    public boolean halted(Stratum stratum) {
        return boards.contains(stratum.board()) || strata.contains(stratum);
    }
}
