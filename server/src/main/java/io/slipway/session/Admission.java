package io.slipway.session;

import io.slipway.agent.Agent;
import io.slipway.protocol.FirmwareVersion;

/** The decision on opening a session. */
sealed interface Admission {

    /** Firmware that supports {@code system} {@code reboot}. */
    FirmwareVersion REBOOTS = FirmwareVersion.parse("1.6.0").orElseThrow();

    /** A frame of this many bytes fits into the 2,048 of older firmware. */
    int SHORT_FRAME = 2_000;

    /** In earlier firmware, a frame of 2 KB overflows the buffer (device-contract 7.7). */
    FirmwareVersion LONG_FRAMES = FirmwareVersion.parse("1.8.0").orElseThrow();

    /**
     * Earlier firmware starts a thread with 6 KB for each tool call, and restarts if there is no
     * memory for it (device-contract 9.6).
     */
    FirmwareVersion CALLS_WITHOUT_THREAD = FirmwareVersion.parse("2.0.0").orElseThrow();

    /** While nothing is known. */
    static Denied unknown() {
        return new Denied(Notice.TRY_LATER, "", "", "");
    }

    /** The last {@code Accept-Language} of the device, {@code ""} when it never sent one. */
    String language();

    /** The firmware's version, {@code ""} when unknown. */
    String version();

    /** Whether the firmware restarts or ignores the request to; true for an unknown version. */
    default boolean reboots() {
        return !olderThan(REBOOTS);
    }

    /** Whether the firmware is known to take frames of 2 KB and more. */
    default boolean takesLongFrames() {
        return from(LONG_FRAMES);
    }

    /** Whether a tool call that no person waits for is known to be safe for the firmware. */
    default boolean takesCalls() {
        return from(CALLS_WITHOUT_THREAD);
    }

    private boolean from(FirmwareVersion first) {
        return FirmwareVersion.parse(version()).filter(v -> v.compareTo(first) >= 0).isPresent();
    }

    private boolean olderThan(FirmwareVersion other) {
        return FirmwareVersion.parse(version()).filter(v -> v.compareTo(other) < 0).isPresent();
    }

    /** Connected to its agent. */
    record Admitted(long deviceId, boolean program, Agent agent, String language, String version)
            implements Admission {}

    /**
     * Rejected with a notice.
     *
     * @param code the activation code, {@code ""} for none
     */
    record Denied(Notice notice, String code, String language, String version)
            implements Admission {}
}
