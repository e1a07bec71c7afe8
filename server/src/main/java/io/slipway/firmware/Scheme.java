package io.slipway.firmware;

import io.slipway.protocol.FirmwareVersion;
import io.slipway.protocol.ota.Partition;
import java.util.List;

/**
 * The flash layout that an image is made for. Firmware 2 has its sounds and fonts in a separate
 * partition, {@code assets}; changing from one layout to the other needs a cable (update-rules
 * F13).
 */
public enum Scheme {
    V1,
    V2,
    /** For a build that runs on both. Devices never have it. */
    ANY;

    private static final String ASSETS = "assets";
    private static final String PUBLIC_FIRMWARE = "xiaozhi";
    private static final FirmwareVersion TWO = FirmwareVersion.parse("2").orElseThrow();

    /** The layout that a device reports. */
    public static Scheme of(List<Partition> table) {
        return table.stream().anyMatch(p -> p.label().equals(ASSETS)) ? V2 : V1;
    }

    /** The scheme assumed for an image unless another one is set. */
    static Scheme of(String project, FirmwareVersion version) {
        if (!project.equals(PUBLIC_FIRMWARE)) {
            return ANY;
        }
        return version.compareTo(TWO) >= 0 ? V2 : V1;
    }

    /** Whether a build for this scheme runs on a device with that one. */
    public boolean runsOn(Scheme device) {
        return this == ANY || this == device;
    }
}
