package io.slipway.refused;

/** Where a device calls. */
public enum DeviceEndpoint {
    CHECK_IN,
    ACTIVATE,
    SOCKET
}
