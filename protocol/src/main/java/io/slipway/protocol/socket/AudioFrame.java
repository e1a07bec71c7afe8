package io.slipway.protocol.socket;

import java.util.Arrays;

/**
 * One Opus packet from the wire. Equal by value; the bytes must not be changed.
 *
 * @param timestampMs 0 to 2^32-1, used for server-side echo cancellation only; 0 is normal, and the
 *     only value of layouts 1 and 3
 * @param opus the packet, possibly empty
 */
public record AudioFrame(long timestampMs, byte[] opus) {

    public AudioFrame {
        if (timestampMs < 0 || timestampMs > 0xffff_ffffL) {
            throw new IllegalArgumentException("a timestamp of " + timestampMs + " ms");
        }
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof AudioFrame frame
                && frame.timestampMs == timestampMs
                && Arrays.equals(frame.opus, opus);
    }

    @Override
    public int hashCode() {
        return 31 * Long.hashCode(timestampMs) + Arrays.hashCode(opus);
    }

    @Override
    public String toString() {
        return "AudioFrame[" + timestampMs + " ms, " + opus.length + " bytes]";
    }
}
