package io.slipway.rollout.rules.attempt;

import io.slipway.firmware.Scheme;

/**
 * Devices that a build treats alike: each such group is judged by itself, so that one bad board
 * halts alone.
 *
 * @param board the name that its aliases stand for
 * @param from the version that the device ran when it was first offered the build
 */
public record Stratum(String board, String chip, Scheme scheme, String from) {}
