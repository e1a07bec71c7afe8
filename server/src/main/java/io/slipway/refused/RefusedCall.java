package io.slipway.refused;

import io.slipway.protocol.Mac;
import org.jspecify.annotations.Nullable;

/**
 * A call that was refused.
 *
 * @param at epoch ms
 * @param address where it came from, marked when that is a proxy's
 * @param mac as it said; null when it was none
 * @param pairKey of that MAC with the Client-Id that it said; {@code ""} without one
 * @param tokenOf the pair whose token it showed; {@code ""} if that is nobody's
 */
public record RefusedCall(
        long at,
        String address,
        DeviceEndpoint endpoint,
        RefusedReason reason,
        @Nullable Mac mac,
        String pairKey,
        String tokenOf) {}
