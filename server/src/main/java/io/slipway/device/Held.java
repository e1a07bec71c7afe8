package io.slipway.device;

import org.jspecify.annotations.Nullable;

/**
 * What a check-in must know of the MAC's holder.
 *
 * @param rival the other pair that waits for the owner's word
 * @param refused the one that the owner refused
 */
public record Held(
        long id,
        String accountId,
        String pairKey,
        boolean pinned,
        long factsPrint,
        @Nullable String rival,
        @Nullable String refused) {}
