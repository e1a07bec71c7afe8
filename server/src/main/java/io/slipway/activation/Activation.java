package io.slipway.activation;

import io.slipway.device.Devices;
import io.slipway.device.Pair;
import io.slipway.protocol.ota.CheckIn;

/**
 * An unbound pair and the code it shows. Times are epoch ms.
 *
 * @param network that it asked from, as stored
 * @param report what it last reported
 * @param serial the serial number that it reports; may be empty
 * @param askedAt when it last asked; up to 2 minutes and a batch behind
 */
record Activation(
        long id,
        Pair pair,
        Code code,
        String network,
        Devices.LastReport report,
        String serial,
        long createdAt,
        long askedAt) {

    /**
     * A code as it is stored, see {@link CodeCipher}.
     *
     * @param hash unique among all codes issued in the last 24 hours
     * @param length how many digits it has
     * @param quietUntil before this time the device gets no code, because it may prove itself by a
     *     key (decisions D3)
     */
    record Code(String hash, int length, String sealed, long quietUntil) {}

    /**
     * What a person enters, or the device signs instead.
     *
     * @param tail five more digits, shown and required while codes are being guessed
     * @param challenge a nonce that a device with a serial number signs
     */
    record ShownCode(String digits, String tail, String challenge) {}

    static final long MINUTE = 60_000;
    static final long DAY = 24 * 60 * MINUTE;

    /** How often the time of the last request is written. */
    static final long ASK_GRAIN = 2 * MINUTE;

    /** The extra delay of a batch. */
    static final long ASK_SLACK = ASK_GRAIN + 10_000;

    private static final long SILENCE = 10 * MINUTE;

    /** Whether the code is still valid: for 10 minutes after the last request, 24 hours at most. */
    boolean alive(long now) {
        return alive(createdAt, askedAt, now);
    }

    static boolean alive(long createdAt, long askedAt, long now) {
        return now < askedAt + SILENCE + ASK_SLACK && now < createdAt + DAY;
    }

    /** The time before which requests are too old for a code to be alive. */
    static long silentSince(long now) {
        return now - SILENCE - ASK_SLACK;
    }

    /** A copy with facts from a check-in that were unknown when the code was issued. */
    Activation with(CheckIn checkIn) {
        var now = Devices.LastReport.of(checkIn);
        var known =
                new Devices.LastReport(
                        report.board().isEmpty() ? now.board() : report.board(),
                        report.version().isEmpty() ? now.version() : report.version(),
                        report.language().isEmpty() ? now.language() : report.language());
        return new Activation(id, pair, code, network, known, serial, createdAt, askedAt);
    }

    /** Whether it is expected to prove itself, and shows no code meanwhile. */
    boolean quiet(long now) {
        return now < code.quietUntil;
    }
}
