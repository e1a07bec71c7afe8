package io.slipway.http.file;

import java.time.Duration;

/**
 * Time limits for file transfers. How slow an upload may be is decided by the governor.
 *
 * @param silence without any progress for this long the peer is considered gone
 * @param linger for the client to close after the last byte of a download
 */
public record TransferTimeouts(Duration silence, Duration linger) {

    private static final Duration HALF_MINUTE = Duration.ofSeconds(30);

    /**
     * Devices give up after 30 s without data themselves. A download has no other limit: one that a
     * weak network slows down must not be cut.
     */
    public static final TransferTimeouts USUAL = new TransferTimeouts(HALF_MINUTE, HALF_MINUTE);
}
