package io.slipway.simulator.board;

/** The power state of a device. */
public enum Power {
    OFF,
    ON,
    /** On, but hanging. */
    HANGING,
    /** Permanently off. */
    GONE
}
