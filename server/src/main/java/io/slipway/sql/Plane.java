package io.slipway.sql;

import java.time.Duration;

/** Who waits for the database, and so for how long and after whom. */
public enum Plane {
    /** A device: answered from memory or told to come back after this time. */
    DEVICE(Duration.ofSeconds(1)),
    /** A person or an app. */
    CONSOLE(Duration.ofSeconds(15)),
    /** Bulk work and housekeeping: one at a time, with device writes in between. */
    BACKGROUND(Duration.ofSeconds(60));

    private final Duration maxWait;

    Plane(Duration maxWait) {
        this.maxWait = maxWait;
    }

    public Duration maxWait() {
        return maxWait;
    }
}
