package io.slipway.refused;

import io.slipway.protocol.Mac;
import org.jspecify.annotations.Nullable;

/**
 * A refused call.
 *
 * @param at epoch ms
 * @param address where it came from, marked if that is a proxy's
 * @param mac as reported; null if it was none
 * @param pairKey of that MAC with the reported Client-Id; {@code ""} without one
 * @param tokenOf the pair that the presented token belongs to; {@code ""} for none
 */
public record RefusedCall(
        long at,
        String address,
        DeviceEndpoint endpoint,
        RefusedReason reason,
        @Nullable Mac mac,
        String pairKey,
        String tokenOf) {}
