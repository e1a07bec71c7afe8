package io.slipway.rollout;

import io.slipway.protocol.ota.Partition;
import java.util.List;

/**
 * The layout of the flash an image is made for. Firmware 2 keeps its sounds and fonts in a
 * partition of their own, {@code assets}; the step from one layout to the other needs a cable
 * (F13).
 */
public enum Scheme {
    V1,
    V2,
    /** For a build that runs on both. No device has it. */
    ANY;

    private static final String ASSETS = "assets";

    static Scheme of(List<Partition> table) {
        return table.stream().anyMatch(p -> p.label().equals(ASSETS)) ? V2 : V1;
    }

    boolean runsOn(Scheme device) {
        return this == ANY || this == device;
    }
}
