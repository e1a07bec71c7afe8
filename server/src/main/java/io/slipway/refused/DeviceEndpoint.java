package io.slipway.refused;

/** The endpoint that a device called. */
public enum DeviceEndpoint {
    CHECK_IN,
    ACTIVATE,
    SOCKET
}
