package io.slipway.device;

import org.jspecify.annotations.Nullable;

/**
 * A binding to be made.
 *
 * @param board what the pair said when it asked for its code
 */
public record NewDevice(
        String accountId, @Nullable String agentId, boolean proven, String board, String version) {}
