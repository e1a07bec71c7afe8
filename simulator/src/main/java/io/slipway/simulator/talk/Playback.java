package io.slipway.simulator.talk;

import io.slipway.simulator.board.Pace;

/**
 * What a device has received and not yet played: at most 40 packets, one played per frame. Not
 * thread-safe. Times are those of {@link System#nanoTime}.
 */
final class Playback {

    /** {@code audio_service.h:42}: 2.4 s at 60 ms. */
    static final int QUEUE = 40;

    private final double speed;
    private long frameNanos = 60_000_000;
    private long playedAt;

    /**
     * @param pace the speed of the device's time
     */
    Playback(Pace pace) {
        this.speed = pace.speed();
    }

    /** Empties the queue, as when the device starts to speak. */
    void flush(int frameMs, long now) {
        frameNanos = Math.max(1, (long) (frameMs * 1_000_000L / speed));
        playedAt = now;
    }

    /** Adds a packet; false if there is no room and the device drops it. */
    boolean push(long now) {
        playedAt = Math.max(playedAt, now);
        if (playedAt - now > (QUEUE - 1) * frameNanos) {
            return false;
        }
        playedAt += frameNanos;
        return true;
    }

    /** How long it takes to play what is queued. */
    long leftNanos(long now) {
        return Math.max(0, playedAt - now);
    }
}
