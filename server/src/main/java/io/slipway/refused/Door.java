package io.slipway.refused;

/** Where a device calls. */
public enum Door {
    CHECK_IN,
    ACTIVATE,
    SOCKET
}
