package io.slipway.device;

import io.slipway.protocol.ota.CheckIn;
import org.jspecify.annotations.Nullable;

/**
 * A binding to be made.
 *
 * @param said what the pair said when it asked for its code
 * @param reported the check-in that makes the binding, whose facts are stored along with it; null
 *     when something else does
 */
public record NewDevice(
        String accountId,
        @Nullable String agentId,
        boolean proven,
        Devices.Former said,
        @Nullable CheckIn reported) {

    public NewDevice(
            String accountId, @Nullable String agentId, boolean proven, Devices.Former said) {
        this(accountId, agentId, proven, said, null);
    }
}
