package io.slipway.activation;

import io.slipway.protocol.Mac;
import org.jspecify.annotations.Nullable;

/**
 * A device that an account announced before its first check-in.
 *
 * @param bound whether a device has used it up
 * @param createdAt epoch ms
 */
record Preregistration(
        long id, String accountId, String agentId, Announced what, boolean bound, long createdAt) {

    /**
     * How the device is recognised, by MAC or by serial number, and what it will be called.
     *
     * @param sealedKey the serial number's HMAC key, encrypted; null if it has none
     * @param alias that it gets when it is bound; {@code ""} for none
     */
    record Announced(
            @Nullable Mac mac, @Nullable String serial, @Nullable String sealedKey, String alias) {}

    @Nullable Mac mac() {
        return what.mac();
    }

    @Nullable String serial() {
        return what.serial();
    }

    @Nullable String sealedKey() {
        return what.sealedKey();
    }
}
