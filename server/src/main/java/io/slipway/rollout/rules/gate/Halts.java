package io.slipway.rollout.rules.gate;

import io.slipway.rollout.rules.attempt.Stratum;
import java.util.Set;

/**
 * Where a rollout has stopped by itself.
 *
 * @param boards that have stopped altogether
 */
public record Halts(Set<Stratum> strata, Set<String> boards) {

    public static final Halts NONE = new Halts(Set.of(), Set.of());

    public Halts {
        strata = Set.copyOf(strata);
        boards = Set.copyOf(boards);
    }

    public boolean cover(Stratum stratum) {
        return boards.contains(stratum.board()) || strata.contains(stratum);
    }
}
