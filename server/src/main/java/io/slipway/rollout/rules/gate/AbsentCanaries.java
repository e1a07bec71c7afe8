package io.slipway.rollout.rules.gate;

/**
 * Canaries of a build that may lead devices elsewhere that did not come back in time.
 *
 * @param full canaries that count in full
 * @param accounts other accounts with some that count (decisions D11)
 */
public record AbsentCanaries(long full, int accounts) {

    public static final AbsentCanaries NONE = new AbsentCanaries(0, 0);
}
