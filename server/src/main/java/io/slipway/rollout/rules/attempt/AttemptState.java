package io.slipway.rollout.rules.attempt;

/** Where a device is on its way to a build (update-rules 2.2). */
public enum AttemptState {
    /** Was offered the build before, has nothing open, may be offered it again after a while. */
    ELIGIBLE,
    OFFERED,
    DOWNLOADING,
    /** All bytes were written and the device hung up in order. */
    DOWNLOADED,
    /** No download was seen in time. The place is free again; the next check-in tells why. */
    LAPSED,
    /** Runs the build, perhaps not yet marked valid. */
    BOOTED,
    CONFIRMED,
    /** So many downloads failed that it is given no more. */
    DELIVERY_FAILED,
    INSTALL_FAILED,
    ROLLED_BACK,
    REGRESSED,
    /**
     * The old build is still there and nobody can tell at which stage it failed (update-rules U10).
     */
    FAILED,
    /** Has the whole image and hasn't been heard of since. */
    SILENT,
    LOST,
    /** Somebody else put another build on it. */
    EXTERNAL,
    /** Another offer took its place before anything was decided. */
    SUPERSEDED;

    /** Whether it holds one of the places that limit exposure. */
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

    /** Whether a check-in of the device is still needed to know what became of its last offer. */
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
