package io.slipway.http.file;

import java.time.Duration;

/**
 * Time limits for file transfers.
 *
 * @param silence without any progress for this long the peer is considered gone
 * @param longest for one file, regardless of progress
 * @param linger for the client to close after the last byte of a download
 */
public record TransferTimeouts(Duration silence, Duration longest, Duration linger) {

    private static final Duration PIECE = Duration.ofSeconds(30);

    /** How long a client may take to read one piece of a streamed answer. */
    public Duration piece() {
        return silence.compareTo(PIECE) < 0 ? silence : PIECE;
    }

    /** Devices give up after 30 s without data themselves. */
    public static final TransferTimeouts USUAL =
            new TransferTimeouts(
                    Duration.ofSeconds(60), Duration.ofHours(1), Duration.ofSeconds(30));
}
