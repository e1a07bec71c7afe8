package io.slipway.firmware;

import org.jspecify.annotations.Nullable;

/**
 * A filter for builds; null matches any.
 *
 * @param version prefix
 * @param channel exact
 * @param board any of its names, ignoring case
 * @param chip exact
 */
public record BuildQuery(
        @Nullable String version,
        @Nullable String channel,
        @Nullable String board,
        @Nullable String chip,
        @Nullable Boolean quarantined) {

    public static final BuildQuery ANY = new BuildQuery(null, null, null, null, null);
}
