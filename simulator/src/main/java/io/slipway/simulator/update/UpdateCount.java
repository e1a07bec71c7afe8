package io.slipway.simulator.update;

/** The counters of a fleet that updates itself. */
public enum UpdateCount {
    /** Answers to check-ins with something to install. */
    OFFERS("offers"),
    /** GETs that were answered with 200. */
    DOWNLOADS("downloads"),
    /** Read to their last byte. */
    COMPLETE("complete"),
    /** Interrupted by either side. */
    CUT("cut"),
    /** GETs without a usable response. */
    REFUSED("refused"),
    /** Complete, but not an image that fits this device. */
    BAD_IMAGES("bad images"),
    /** New images that booted. */
    INSTALLS("installs"),
    /** Trials that the bootloader ended. */
    ROLLBACKS("rollbacks"),
    CRASHES("crashes"),
    /** Offers that were bound to fail, because the running image was on trial (update-rules F8). */
    HOPELESS("hopeless offers"),
    /** Restarts because an update failed, as firmware before 1.8.0 does (update-rules F9). */
    FAILURE_REBOOTS("restarts after failure"),
    /** Installs of a build that the device had last reported itself. */
    REPEATS("repeated installs"),
    /** Devices that never came back. */
    LOST("lost"),
    REFLASHES("flashed by cable"),
    DUPLICATES("duplicate check-ins");

    private final String words;

    UpdateCount(String words) {
        this.words = words;
    }

    @Override
    public String toString() {
        return words;
    }
}
