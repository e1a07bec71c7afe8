package io.slipway.session;

import io.slipway.agent.Agent;
import io.slipway.protocol.FirmwareVersion;

/** What is to become of a session. */
sealed interface Admission {

    /** Firmware that knows {@code system} {@code reboot}. */
    FirmwareVersion REBOOTS = FirmwareVersion.parse("1.6.0").orElseThrow();

    /** A frame of so many bytes fits into the 2,048 of older firmware. */
    int SHORT_FRAME = 2_000;

    /** Before this a frame of 2 KB overflows the firmware's buffer (device-contract 7.7). */
    FirmwareVersion LONG_FRAMES = FirmwareVersion.parse("1.8.0").orElseThrow();

    /**
     * Before this firmware makes a thread of 6 KB for each call of a tool, and restarts when it has
     * no room for it (device-contract 9.6).
     */
    FirmwareVersion CALLS_WITHOUT_THREAD = FirmwareVersion.parse("2.0.0").orElseThrow();

    /** While nothing is known. */
    static Denied unknown() {
        return new Denied(Notice.TRY_LATER, "", "", "");
    }

    /** The last {@code Accept-Language} of the device, {@code ""} when it never sent one. */
    String language();

    /** The firmware's version, {@code ""} when it is not known. */
    String version();

    /**
     * Whether the firmware restarts when it is told to, or ignores it: so an unknown version may be
     * told.
     */
    default boolean reboots() {
        return !olderThan(REBOOTS);
    }

    /** Whether the firmware surely takes frames of 2 KB and more. */
    default boolean takesLongFrames() {
        return from(LONG_FRAMES);
    }

    /** Whether a call of a tool that nobody waits for is surely no risk to the firmware. */
    default boolean takesCalls() {
        return from(CALLS_WITHOUT_THREAD);
    }

    private boolean from(FirmwareVersion first) {
        return FirmwareVersion.parse(version()).filter(v -> v.compareTo(first) >= 0).isPresent();
    }

    private boolean olderThan(FirmwareVersion other) {
        return FirmwareVersion.parse(version()).filter(v -> v.compareTo(other) < 0).isPresent();
    }

    /** Carried to its agent. */
    record Admitted(long deviceId, boolean program, Agent agent, String language, String version)
            implements Admission {}

    /**
     * Told why not.
     *
     * @param code the activation code, {@code ""} for none
     */
    record Denied(Notice notice, String code, String language, String version)
            implements Admission {}
}
