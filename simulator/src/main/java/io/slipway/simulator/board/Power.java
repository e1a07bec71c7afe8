package io.slipway.simulator.board;

/** Whether a device is on. */
public enum Power {
    OFF,
    ON,
    /** On, and nothing happens any more. */
    HANGING,
    /** Off for good. */
    GONE
}
