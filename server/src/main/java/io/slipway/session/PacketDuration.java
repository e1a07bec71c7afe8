package io.slipway.session;

import io.slipway.protocol.socket.AudioLayout;
import io.slipway.protocol.socket.AudioParams;

/**
 * How long the packets of one side play: what each says itself, because a hello may be wrong.
 * Immutable.
 */
final class PacketDuration {

    private static final long NANOS = 1_000_000_000L;

    private final AudioLayout layout;
    private final long announced;

    /** Of PCM; 0 for Opus. */
    private final long bytesPerSecond;

    /**
     * @param announced by the hello; its duration is that of packets that can't be read
     */
    PacketDuration(AudioParams announced, AudioLayout layout) {
        this.layout = layout;
        this.announced = announced.frameDuration() * 1_000_000L;
        this.bytesPerSecond =
                announced.pcm() ? 2L * announced.channels() * announced.sampleRate() : 0;
    }

    /** In nanoseconds, at least 1. */
    long nanos(byte[] frame) {
        int from = layout.header();
        long nanos =
                bytesPerSecond > 0
                        ? Math.max(0, frame.length - from) * NANOS / bytesPerSecond
                        : OpusPackets.micros(frame, from) * 1_000L;
        return nanos > 0 ? nanos : announced;
    }
}
