package io.slipway.device;

import org.jspecify.annotations.Nullable;

/**
 * A binding to be made.
 *
 * @param said what the pair said when it asked for its code
 */
public record NewDevice(
        String accountId, @Nullable String agentId, boolean proven, Devices.Former said) {}
