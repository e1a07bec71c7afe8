package io.slipway.http;

import java.time.Duration;

/**
 * How long files may take on the wire.
 *
 * @param silence nothing moves for so long: the other side is gone
 * @param longest for one file, however it moves
 * @param linger for the client to close after the last byte of a download
 */
record Patience(Duration silence, Duration longest, Duration linger) {

    /** Devices give up after 30 s without data themselves. */
    static final Patience USUAL =
            new Patience(Duration.ofSeconds(60), Duration.ofHours(1), Duration.ofSeconds(30));
}
