package io.slipway.rollout.rules.gate;

/**
 * Canaries of a build that may lead devices elsewhere which have not come back in time.
 *
 * @param full that count in full
 * @param accounts other accounts that have some which count (decisions D11)
 */
public record Absent(long full, int accounts) {

    public static final Absent NONE = new Absent(0, 0);
}
