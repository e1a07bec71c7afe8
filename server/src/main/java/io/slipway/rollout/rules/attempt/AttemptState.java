package io.slipway.rollout.rules.attempt;

/** Where a device is on its way to a build (update-rules 2.2). */
public enum AttemptState {
    /** Was offered the build before, has no open offer, and may get another one after a delay. */
    ELIGIBLE,
    OFFERED,
    DOWNLOADING,
    /** All bytes were written and the device closed the connection normally. */
    DOWNLOADED,
    /** No download was seen in time. The slot is free again; the next check-in shows why. */
    LAPSED,
    /** Runs the build, perhaps not yet marked valid. */
    BOOTED,
    CONFIRMED,
    /** So many downloads failed that it gets no more offers. */
    DELIVERY_FAILED,
    INSTALL_FAILED,
    ROLLED_BACK,
    REGRESSED,
    /** Still on the old build, and the stage at which it failed is unknown (update-rules U10). */
    FAILED,
    /** Has the whole image and has not checked in since. */
    SILENT,
    LOST,
    /** Another build was flashed onto it. */
    EXTERNAL,
    /** Another offer replaced it before anything was decided. */
    SUPERSEDED;

    /** Whether it takes up one of the slots that limit exposure. */
    public boolean inFlight() {
        return switch (this) {
            case OFFERED, DOWNLOADING, DOWNLOADED -> true;
            case ELIGIBLE,
                    LAPSED,
                    BOOTED,
                    CONFIRMED,
                    DELIVERY_FAILED,
                    INSTALL_FAILED,
                    ROLLED_BACK,
                    REGRESSED,
                    FAILED,
                    SILENT,
                    LOST,
                    EXTERNAL,
                    SUPERSEDED ->
                    false;
        };
    }

    /** Whether a check-in of the device is still needed to learn the outcome of its last offer. */
    public boolean open() {
        return switch (this) {
            case OFFERED, DOWNLOADING, DOWNLOADED, LAPSED, SILENT, LOST -> true;
            case ELIGIBLE,
                    BOOTED,
                    CONFIRMED,
                    DELIVERY_FAILED,
                    INSTALL_FAILED,
                    ROLLED_BACK,
                    REGRESSED,
                    FAILED,
                    EXTERNAL,
                    SUPERSEDED ->
                    false;
        };
    }
}
