package io.slipway.firmware;

import org.jspecify.annotations.Nullable;

/**
 * Which builds are wanted; null for any.
 *
 * @param version how it begins
 * @param channel exactly
 * @param board any of its names, case does not count
 * @param chip exactly
 */
public record BuildQuery(
        @Nullable String version,
        @Nullable String channel,
        @Nullable String board,
        @Nullable String chip,
        @Nullable Boolean quarantined) {

    public static final BuildQuery ANY = new BuildQuery(null, null, null, null, null);
}
