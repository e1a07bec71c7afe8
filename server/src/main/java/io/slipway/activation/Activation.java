package io.slipway.activation;

import io.slipway.device.Devices;
import io.slipway.device.Pair;
import io.slipway.protocol.Mac;
import io.slipway.protocol.ota.CheckIn;

/**
 * An unbound pair and the code it shows. Times are epoch ms.
 *
 * @param pairKey see {@link Pair#key}
 * @param code digits, unique among all codes issued in the last 24 hours
 * @param tail five more digits, shown and required while codes are being guessed
 * @param challenge a nonce that a device with a serial number signs
 * @param network that it asked from, as stored
 * @param language its last {@code Accept-Language}, may be empty
 * @param serial the serial number that it reports; may be empty
 * @param quietUntil before this time it gets no code, because it may prove itself by a key
 *     (decisions D3)
 * @param askedAt when it last asked; up to 2 minutes and a batch behind
 */
record Activation(
        long id,
        String pairKey,
        Mac mac,
        boolean pinned,
        boolean weak,
        String code,
        String tail,
        String challenge,
        String network,
        String board,
        String version,
        String language,
        String serial,
        long quietUntil,
        long createdAt,
        long askedAt) {

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
        return new Activation(
                id,
                pairKey,
                mac,
                pinned,
                weak,
                code,
                tail,
                challenge,
                network,
                board.isEmpty() ? checkIn.board() : board,
                version.isEmpty() ? checkIn.version() : version,
                language.isEmpty() ? checkIn.language() : language,
                serial,
                quietUntil,
                createdAt,
                askedAt);
    }

    /** Whether it is expected to prove itself, and shows no code meanwhile. */
    boolean quiet(long now) {
        return now < quietUntil;
    }

    Devices.LastReport lastReport() {
        return new Devices.LastReport(board, version, language);
    }

    Pair pair() {
        return Pair.stored(mac, pinned, weak, pairKey);
    }
}
