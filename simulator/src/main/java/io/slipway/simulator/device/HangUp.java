package io.slipway.simulator.device;

import io.slipway.simulator.board.Pace;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/**
 * How a device closes a connection after an answer: it processes the answer first, so a while
 * later. A server that closes within that time makes current firmware use freed memory
 * (device-contract R15).
 *
 * @param longest the while is a random part of it; zero to close at once, without looking
 * @param behindProxy whether a proxy is in between, which closes by itself: then that is only noted
 */
public record HangUp(Duration longest, boolean behindProxy) {

    /** Firmware's: reading the answer, parsing it, and writing settings to flash. */
    private static final Duration USUAL = Duration.ofMillis(300);

    /** A server that closes at once does so in less. */
    private static final Duration LEAST = Duration.ofMillis(5);

    /** Closes at once and does not look. */
    public static final HangUp AT_ONCE = new HangUp(Duration.ZERO, false);

    public HangUp {
        if (longest.isNegative() || longest.compareTo(USUAL) > 0) {
            throw new IllegalArgumentException("0 to " + USUAL + ": " + longest);
        }
    }

    /** That of firmware, in the time of a device. */
    public static HangUp usual(Pace pace, boolean behindProxy) {
        Duration scaled = Duration.ofNanos((long) (USUAL.toNanos() / pace.speed()));
        Duration longest = scaled.compareTo(USUAL) > 0 ? USUAL : scaled;
        return new HangUp(longest.compareTo(LEAST) < 0 ? LEAST : longest, behindProxy);
    }

    /** How long to wait this time, in ms; 0 for not at all. */
    int draw() {
        int most = (int) longest.toMillis();
        return most == 0 ? 0 : ThreadLocalRandom.current().nextInt(1, most + 1);
    }
}
