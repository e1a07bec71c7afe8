package io.slipway.simulator.update;

import io.slipway.protocol.firmware.AppImage;

/**
 * What a slot holds: everything that a device ever reads of an image again. Immutable, so that all
 * devices with the same build share one; the bytes themselves are gone once they were verified.
 */
public record Flashed(AppImage image, Marker marker) {

    String version() {
        return image.version().toString();
    }
}
