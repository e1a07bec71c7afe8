package io.slipway.bench;

import java.util.Locale;

/** What kind of request a run consists of. */
enum Phase {
    /** Check-ins of devices that somebody owns and that have nothing new to say. */
    BOUND(0),
    /** First check-ins of devices that nobody has seen: each gets a code of its own. */
    NEW(Fleet.NEW),
    /** Polls of devices that show a code: each is told to wait. */
    ACTIVATE(Fleet.PENDING);

    private final long first;

    Phase(long first) {
        this.first = first;
    }

    /** Index of the first device that asks. */
    long first() {
        return first;
    }

    boolean activate() {
        return this == ACTIVATE;
    }

    /** As in options and reports. */
    String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
