package io.slipway.rollout.rules.gate;

/**
 * Canaries of a build that may lead devices elsewhere which have not come back in time.
 *
 * @param full that count in full
 * @param accounts other accounts that have some which count (decisions D11)
 */
public record AbsentCanaries(long full, int accounts) {

    public static final AbsentCanaries NONE = new AbsentCanaries(0, 0);
}
