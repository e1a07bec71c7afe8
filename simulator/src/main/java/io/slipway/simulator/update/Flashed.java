package io.slipway.simulator.update;

import io.slipway.protocol.firmware.AppImage;

/**
 * The content of a slot: everything that a device reads of an image after installing it. Immutable,
 * so that all devices with the same build share one; the bytes themselves are discarded after
 * verification.
 */
public record Flashed(AppImage image, Marker marker) {

    String version() {
        return image.description().version().toString();
    }
}
