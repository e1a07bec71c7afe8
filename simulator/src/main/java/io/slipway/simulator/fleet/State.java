package io.slipway.simulator.fleet;

/** Where a device of a fleet is, as a person in front of it would see. */
public enum State {
    OFF,
    /** Switched on, no good answer yet. */
    BOOTED,
    /** Shows and speaks a code. */
    WAITING_WITH_CODE,
    /** Has no owner and nothing to show. */
    WAITING_WITHOUT_CODE,
    /** Ready to talk. Firmware that knows no activation gets here by any good answer. */
    ACTIVATED,
    /** Gave up; only a reboot helps. */
    FAILED
}
