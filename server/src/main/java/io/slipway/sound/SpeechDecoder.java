package io.slipway.sound;

import io.github.jaredmdobson.concentus.OpusDecoder;
import io.github.jaredmdobson.concentus.OpusException;
import io.slipway.protocol.socket.AudioLayout;
import io.slipway.protocol.socket.AudioParams;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What a device says, packet by packet, as samples: mono, {@link #RATE} a second, 16 bits each.
 *
 * <p>Never throws for what a device sends. A packet that can't be decoded counts as silence of the
 * duration that the device announced. One packet becomes at most 120 ms of Opus; of PCM, which says
 * nothing of its length, at most twice as many samples as it has.
 *
 * <p>It takes 45 kB for Opus, which a session should have only while its device listens, and up to
 * 110 kB for PCM; the first of a process 4 MB more, for tables. Not thread-safe.
 */
public final class SpeechDecoder {

    /** Samples a second. */
    public static final int RATE = 16_000;

    /** No Opus packet is longer, in ms. */
    private static final int LONGEST_MS = 120;

    /** Of a packet's first byte, without its last three bits: SILK and CELT in one. */
    private static final int FIRST_HYBRID = 12;

    private static final int LAST_HYBRID = 15;
    private static final int HIGHEST_RATE = 48_000;

    private final int channels;

    /** Of a packet that can't be read, in samples. */
    private final int silence;

    /** Null for PCM. */
    private @Nullable OpusDecoder opus;

    /** In samples a second, before they are changed to {@link #RATE}. */
    private int rate;

    private short[] decoded;
    private Resampling resampling;

    /**
     * @param sent as the device's hello says it
     */
    public SpeechDecoder(AudioParams sent) {
        channels = sent.channels();
        silence = RATE * sent.frameDuration() / 1_000;
        rate = sent.pcm() ? sent.sampleRate() : RATE;
        resampling = new Resampling(rate, RATE);
        opus = sent.pcm() ? null : opus(RATE);
        decoded = new short[sent.pcm() ? 0 : RATE * LONGEST_MS / 1_000];
    }

    private static OpusDecoder opus(int rate) {
        try {
            // Mono, whatever the packets are: the decoder takes the mean of their channels.
            return new OpusDecoder(rate, 1);
        } catch (OpusException e) {
            throw new IllegalStateException(e);
        }
    }

    /**
     * The sound of the next packet.
     *
     * @param packet one Opus packet of any number of frames, or PCM as {@link AudioParams}
     *     describes it, of which an incomplete sample at the end is ignored; not changed. Longer
     *     than {@link AudioLayout#MAX_PACKET} or empty, it counts as one that can't be decoded
     */
    public short[] decode(byte[] packet) {
        if (packet.length == 0 || packet.length > AudioLayout.MAX_PACKET) {
            return new short[silence];
        }
        OpusDecoder decoder = opus;
        if (decoder == null) {
            ByteBuffer pcm = ByteBuffer.wrap(packet).order(ByteOrder.LITTLE_ENDIAN);
            return resampling.next(Recording.mono(pcm, channels));
        }
        return decoded(isHybrid(packet) ? highest(decoder) : decoder, packet);
    }

    private static boolean isHybrid(byte[] packet) {
        int kind = (packet[0] & 0xff) >> 3;
        return kind >= FIRST_HYBRID && kind <= LAST_HYBRID;
    }

    // Of hybrid packets Concentus 1.0.2 loses what is below 8 kHz, which is all of speech, at any
    // rate but the highest. Firmware sends none; where they come, there will be more.
    private OpusDecoder highest(OpusDecoder decoder) {
        if (rate == HIGHEST_RATE) {
            return decoder;
        }
        rate = HIGHEST_RATE;
        resampling = new Resampling(rate, RATE);
        decoded = new short[rate * LONGEST_MS / 1_000];
        OpusDecoder better = opus(rate);
        opus = better;
        return better;
    }

    private short[] decoded(OpusDecoder decoder, byte[] packet) {
        try {
            int most = decoded.length;
            int count = decoder.decode(packet, 0, packet.length, decoded, 0, most, false);
            return resampling.next(Arrays.copyOf(decoded, count));
        } catch (OpusException | RuntimeException | AssertionError e) {
            // The decoder, translated from C, throws whatever comes of reading on in a packet that
            // is damaged, and is left in between.
            decoder.resetState();
            return new short[silence];
        }
    }
}
