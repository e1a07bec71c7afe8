package io.slipway.rollout.grant.fleet;

import io.slipway.rollout.rules.attempt.Tally;
import java.util.Map;

/**
 * The share of a board's devices that don't come back after any update, from all earlier rollouts.
 * Thread-safe.
 */
public final class Baseline {

    /** Too few devices say nothing. */
    private static final long ENOUGH = 50;

    private volatile Map<String, Double> noReturn = Map.of();

    public Map<String, Double> noReturn() {
        return noReturn;
    }

    /**
     * @param tallies by board, of rollouts that have ended
     */
    public void learn(Map<String, Tally> tallies) {
        var fresh = new java.util.HashMap<String, Double>();
        tallies.forEach((board, t) -> {
            long silent = t.silent() + t.outcomes().overdue();
            long known = t.outcomes().good() + t.outcomes().bad() + silent;
            if (known >= ENOUGH) {
                fresh.put(board, (double) silent / known);
            }
        });
        noReturn = Map.copyOf(fresh);
    }
}
