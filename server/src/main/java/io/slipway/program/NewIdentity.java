package io.slipway.program;

import io.slipway.device.Device;

/**
 * What a program is given to connect with. Shown once: of the Client-Id nothing is kept but the
 * pair's hash.
 */
public record NewIdentity(Device device, String clientId, String token) {}
