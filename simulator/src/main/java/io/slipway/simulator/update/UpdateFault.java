package io.slipway.simulator.update;

import java.util.Arrays;
import java.util.stream.Collectors;

/** Faults in the life of a device; each comment names what its share refers to. */
public enum UpdateFault {
    /** A byte changes between the network and the flash. Of downloads. */
    BAD_IMAGE("bad-image"),
    /** The new image crashes before its first check-in, here and now. Of installs. */
    CRASH_BEFORE_VALID("crash-before-valid"),
    /** It crashes between the reply and being marked valid. Of installs. */
    CRASH_ON_ANSWER("crash-on-answer"),
    /** It is marked valid and then crashes at every start. Of installs. */
    CRASH_AFTER_VALID("crash-after-valid"),
    /** It hangs until it is powered off. Of installs. */
    HANG("hang"),
    /** Power is lost in the middle. Of downloads. */
    POWER_LOSS("power-loss"),
    /** The Wi-Fi is lost in the middle. Of downloads. */
    CUT("cut"),
    /** The download can't even begin. Of downloads. */
    NO_START("no-start"),
    /** The device has installed an image and never comes back. Of installs. */
    NO_RETURN("no-return"),
    /** It is flashed by cable: one of the three below. Of starts. */
    USB_REFLASH("usb-reflash"),
    /** With another version. */
    USB_OTHER_VERSION("usb-other-version"),
    /** With another build of the version that runs. */
    USB_OTHER_BUILD("usb-other-build"),
    /** With the same build, all settings erased: a new Client-Id. */
    USB_ERASE("usb-erase"),
    /** A check-in arrives twice. Of check-ins. */
    DUPLICATE_POST("duplicate-post"),
    /** It does not arrive. Of check-ins. */
    LOST_POST("lost-post"),
    /** Its reply does not arrive. Of check-ins. */
    LOST_ANSWER("lost-answer");

    private final String label;

    UpdateFault(String label) {
        this.label = label;
    }

    /** The name on the command line. */
    public String label() {
        return label;
    }

    /** Whether it happens during a download, at a byte that can be specified. */
    boolean hasPlace() {
        return this == BAD_IMAGE || this == POWER_LOSS || this == CUT;
    }

    static UpdateFault parse(String label) {
        return Arrays.stream(values())
                .filter(fault -> fault.label.equals(label))
                .findFirst()
                .orElseThrow(() ->
                        new IllegalArgumentException(
                                "no fault called " + label + ", known: " + labels()));
    }

    static String labels() {
        return Arrays.stream(values()).map(UpdateFault::label).collect(Collectors.joining(", "));
    }
}
