package io.slipway.program;

import io.slipway.device.Device;

/** The credentials of a program. Shown once: only the pair's hash of the Client-Id is stored. */
public record NewIdentity(Device device, String clientId, String token) {}
