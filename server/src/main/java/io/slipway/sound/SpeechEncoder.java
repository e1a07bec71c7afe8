package io.slipway.sound;

import io.github.jaredmdobson.concentus.OpusEncoder;
import io.github.jaredmdobson.concentus.OpusException;
import io.slipway.protocol.socket.AudioParams;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Speech, as it is synthesised, as packets for a device: Opus (SILK, mono, about 24 kbit/s), or
 * PCM.
 *
 * <p>One for each answer: its sentences follow each other, with or without a {@link #flush} between
 * them. It takes 60 kB for Opus, and up to 110 kB for another rate of its samples; the first of a
 * process 1 MB more, for tables. Encoding leaves 3 MB of garbage for each second of speech. Not
 * thread-safe.
 */
public final class SpeechEncoder {

    /** Of Opus, a second. */
    private static final int BITS = 24_000;

    /**
     * How hard it tries, of 10: at 10 it takes 2.5 times as long, and no more of speech is left.
     */
    private static final int COMPLEXITY = 3;

    private final AudioParams wanted;

    /** Null for PCM. */
    private final @Nullable OpusEncoder opus;

    /** The next packet's samples. */
    private final short[] frame;

    private int filled;

    /** Samples that the encoder holds back. */
    private final int delay;

    private final byte[] encoded = new byte[SilkEncoder.LONGEST];
    private boolean sounded;
    private int rate;
    private @Nullable Resampling resampling;

    /**
     * @param wanted what the device plays, as its session's hello says it. Opus is mono even for
     *     two channels, which every decoder plays
     * @throws IllegalArgumentException for Opus of a duration other than 20, 40 or 60 ms
     */
    public SpeechEncoder(AudioParams wanted) {
        this.wanted = wanted;
        frame = new short[wanted.sampleRate() * wanted.frameDuration() / 1_000];
        opus = wanted.pcm() ? null : encoder(wanted);
        OpusEncoder encoder = opus;
        delay = encoder == null ? 0 : encoder.getLookahead();
    }

    private static OpusEncoder encoder(AudioParams wanted) {
        int ms = wanted.frameDuration();
        if (ms != 20 && ms != 40 && ms != 60) {
            throw new IllegalArgumentException("Opus of " + ms + " ms");
        }
        try {
            OpusEncoder encoder = SilkEncoder.of(wanted.sampleRate(), BITS);
            encoder.setComplexity(COMPLEXITY);
            return encoder;
        } catch (OpusException e) {
            throw new IllegalStateException(e);
        }
    }

    /**
     * The packets that are complete with the next piece of sound.
     *
     * @param samples any number, mono; not changed
     * @param samplesPerSecond {@link Recording#LOWEST_RATE} to {@link Recording#HIGHEST_RATE};
     *     where it changes, the sound before it ends
     * @throws IllegalArgumentException for any other rate
     */
    public List<byte[]> encode(short[] samples, int samplesPerSecond) {
        if (!Recording.hasRate(samplesPerSecond)) {
            throw new IllegalArgumentException(samplesPerSecond + " samples a second");
        }
        var packets = new ArrayList<byte[]>();
        Resampling current = resampling;
        if (current == null || samplesPerSecond != rate) {
            if (current != null) {
                append(current.rest(), packets);
            }
            current = new Resampling(samplesPerSecond, wanted.sampleRate());
            resampling = current;
            rate = samplesPerSecond;
        }
        sounded |= samples.length > 0;
        append(current.next(samples), packets);
        return packets;
    }

    /**
     * The packets of the end, the last one filled with silence; none if nothing came since the last
     * call.
     */
    public List<byte[]> flush() {
        var packets = new ArrayList<byte[]>();
        Resampling current = resampling;
        if (current != null) {
            append(current.rest(), packets);
            resampling = null;
        }
        if (sounded) {
            append(new short[delay], packets);
            append(new short[(frame.length - filled) % frame.length], packets);
            sounded = false;
        }
        return packets;
    }

    private void append(short[] samples, List<byte[]> packets) {
        for (int at = 0; at < samples.length; ) {
            int length = Math.min(frame.length - filled, samples.length - at);
            System.arraycopy(samples, at, frame, filled, length);
            at += length;
            filled += length;
            if (filled == frame.length) {
                packets.add(packet());
                filled = 0;
            }
        }
    }

    private byte[] packet() {
        OpusEncoder encoder = opus;
        if (encoder == null) {
            return raw();
        }
        try {
            int length = encoder.encode(frame, 0, frame.length, encoded, 0, encoded.length);
            return Arrays.copyOf(encoded, length);
        } catch (OpusException e) {
            throw new IllegalStateException(e);
        }
    }

    private byte[] raw() {
        ByteBuffer out =
                ByteBuffer.allocate(2 * wanted.channels() * frame.length)
                        .order(ByteOrder.LITTLE_ENDIAN);
        for (short sample : frame) {
            for (int channel = 0; channel < wanted.channels(); channel++) {
                out.putShort(sample);
            }
        }
        return out.array();
    }
}
