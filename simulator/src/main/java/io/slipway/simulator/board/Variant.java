package io.slipway.simulator.board;

import java.util.Optional;

/** The kinds of devices in the field, as far as a server can distinguish them. */
public enum Variant {
    /** Today's ESP32-S3 over Wi-Fi. */
    WIFI("wifi", "2.4.2", Flow.ACTIVATE),
    /** A 4G board: another {@code board} object, with numbers that must not be stored. */
    ML307("ml307", "2.4.2", Flow.ACTIVATE),
    /** Wi-Fi with an SSID that makes the body invalid JSON and invalid UTF-8. */
    RAW_SSID("raw-ssid", "2.4.2", Flow.ACTIVATE),
    /** With a serial number and an HMAC key burned in: {@code Activation-Version: 2}. */
    SERIAL("serial", "2.4.2", Flow.ACTIVATE),
    /** Firmware 1.7: the last that reads only frames of less than 2 kB. */
    V1_7("v1.7", "1.7.6", Flow.ACTIVATE),
    /** Firmware 1.6: the last that takes any JSON for success, whatever the status. */
    V1_6("v1.6", "1.6.2", Flow.ACTIVATE),
    /** Firmware 1.5: supports codes but not {@code /activate}; asks {@code /ota} every 60 s. */
    V1_5("v1.5", "1.5.6", Flow.ASK_AGAIN),
    /** The oldest firmware: {@code Device-Id} only, ignores {@code activation}. */
    V1_0("v1.0", "1.0.1", Flow.NONE),
    /** The desktop client: wraps its HMAC in {@code Payload}, never asks {@code /ota} again. */
    PY_XIAOZHI("py", "2.1.1", Flow.DESKTOP);

    /** How a device waits for its owner. */
    public enum Flow {
        NONE,
        ASK_AGAIN,
        ACTIVATE,
        DESKTOP
    }

    private final String label;
    private final String version;
    private final Flow flow;

    Variant(String label, String version, Flow flow) {
        this.label = label;
        this.version = version;
        this.flow = flow;
    }

    /** The name on the command line. */
    public String label() {
        return label;
    }

    /** The firmware it is sold with. */
    public String version() {
        return version;
    }

    public Flow flow() {
        return flow;
    }

    /** Whether it talks to the address in the OTA reply; before 1.6.2 firmware had a fixed one. */
    public boolean talksWhereTold() {
        return this != V1_5 && this != V1_0;
    }

    public boolean needsFirmwareSection() {
        return this == V1_0 || this == V1_5;
    }

    public static Optional<Variant> labelled(String label) {
        for (Variant variant : values()) {
            if (variant.label.equals(label)) {
                return Optional.of(variant);
            }
        }
        return Optional.empty();
    }
}
