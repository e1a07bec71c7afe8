package io.slipway.activation;

import io.slipway.protocol.Mac;
import org.jspecify.annotations.Nullable;

/**
 * A device that an account announced before its first check-in: by MAC or by serial number.
 *
 * @param sealedKey the serial number's HMAC key, encrypted; null if it has none
 * @param bound whether a device has used it up
 * @param createdAt epoch ms
 */
record Preregistration(
        long id,
        String accountId,
        String agentId,
        @Nullable Mac mac,
        @Nullable String serial,
        @Nullable String sealedKey,
        boolean bound,
        long createdAt) {}
