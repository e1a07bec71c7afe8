package io.slipway.rollout.rules.attempt;

import io.slipway.firmware.Scheme;

/**
 * Devices on which a build should behave alike. Each stratum is judged by itself, so that one bad
 * board halts alone.
 *
 * @param board the canonical name of the board
 * @param from the version that the device ran when it was first offered the build
 */
public record Stratum(String board, String chip, Scheme scheme, String from) {}
