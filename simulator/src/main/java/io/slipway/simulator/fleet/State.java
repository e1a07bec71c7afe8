package io.slipway.simulator.fleet;

/** The state of a device in a fleet, as a person in front of it sees it. */
public enum State {
    OFF,
    /** Switched on, no good reply yet. */
    BOOTED,
    /** Shows and speaks a code. */
    WAITING_WITH_CODE,
    /** Unbound, with nothing to show. */
    WAITING_WITHOUT_CODE,
    /** Ready to talk. Firmware without activation gets here by any good reply. */
    ACTIVATED,
    /** Gave up; only a reboot helps. */
    FAILED
}
