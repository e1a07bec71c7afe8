package io.slipway.bench.checkin;

import io.slipway.bench.Fleet;
import java.util.Locale;

/** The kind of requests in a run. */
enum Phase {
    /** Check-ins of bound devices without changes. */
    BOUND(0, ""),
    /** First check-ins of unknown devices: each gets its own code. */
    NEW(Fleet.NEW, "codes"),
    /** Polls of devices that show a code: each is told to wait. */
    ACTIVATE(Fleet.PENDING, ""),
    /** First check-ins of devices that were announced by MAC: each is bound by it. */
    IMPORT(Fleet.IMPORTED, "bindings");

    private final long first;
    private final String promise;

    Phase(long first, String promise) {
        this.first = first;
        this.promise = promise;
    }

    /** Index of the first device. */
    long first() {
        return first;
    }

    boolean activate() {
        return this == ACTIVATE;
    }

    /** What its answers promise that a crash must not undo, in the plural; empty for nothing. */
    String promise() {
        return promise;
    }

    boolean promises() {
        return !promise.isEmpty();
    }

    /** Its name in options and reports. */
    String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
