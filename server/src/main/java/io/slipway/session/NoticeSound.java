package io.slipway.session;

import io.github.jaredmdobson.concentus.OpusDecoder;
import io.github.jaredmdobson.concentus.OpusException;
import io.slipway.protocol.socket.AudioParams;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;

/**
 * The sound of a notice in the form that a session's device plays. Nothing is computed before it is
 * needed, so that no event loop is held up for long.
 */
final class NoticeSound {

    /** Duration of a recorded packet in ms. */
    static final int RECORDED_MS = 20;

    private NoticeSound() {}

    /**
     * The packets, one after the other; none for Opus whose packets are not a multiple of {@link
     * #RECORDED_MS}. What does not fill a packet at the end is left out: it is silence.
     *
     * @param recorded Opus, mono, {@link #RECORDED_MS} each, all of one kind
     * @param wanted what the device plays
     */
    static Iterator<byte[]> of(List<byte[]> recorded, AudioParams wanted) {
        if (wanted.pcm()) {
            return new DecodedSound(recorded, wanted);
        }
        int each = wanted.frameDuration() / RECORDED_MS;
        return each * RECORDED_MS == wanted.frameDuration()
                ? new JoinedSound(recorded, each)
                : Collections.emptyIterator();
    }

    private static final class JoinedSound implements Iterator<byte[]> {
        private final List<byte[]> recorded;
        private final int each;
        private int next;

        JoinedSound(List<byte[]> recorded, int each) {
            this.recorded = recorded;
            this.each = each;
        }

        @Override
        public boolean hasNext() {
            return next + each <= recorded.size();
        }

        @Override
        public byte[] next() {
            if (!hasNext()) {
                throw new NoSuchElementException();
            }
            next += each;
            return OpusPackets.joined(recorded.subList(next - each, next));
        }
    }

    /** As PCM, 16 bit, little endian, in packets of the wanted duration. */
    private static final class DecodedSound implements Iterator<byte[]> {

        /** The highest rate of Opus, from which every other is made. */
        private static final int RATE = 48_000;

        private static final int SAMPLES = RATE / 1_000 * RECORDED_MS;

        private final Iterator<byte[]> recorded;
        private final AudioParams wanted;
        private final int perPacket;
        private final long packets;
        private final OpusDecoder decoder;
        private final short[] decoded = new short[SAMPLES];
        private int used = SAMPLES;
        private double place;
        private long given;

        DecodedSound(List<byte[]> recorded, AudioParams wanted) {
            this.recorded = recorded.iterator();
            this.wanted = wanted;
            this.perPacket = wanted.sampleRate() * wanted.frameDuration() / 1_000;
            this.packets = (long) recorded.size() * RECORDED_MS / wanted.frameDuration();
            try {
                decoder = new OpusDecoder(RATE, 1);
            } catch (OpusException e) {
                throw new IllegalStateException(e);
            }
        }

        @Override
        public boolean hasNext() {
            return given < packets;
        }

        @Override
        public byte[] next() {
            if (!hasNext()) {
                throw new NoSuchElementException();
            }
            given++;
            var out =
                    ByteBuffer.allocate(2 * perPacket * wanted.channels())
                            .order(ByteOrder.LITTLE_ENDIAN);
            for (int i = 0; i < perPacket; i++) {
                short sample = sample();
                for (int channel = 0; channel < wanted.channels(); channel++) {
                    out.putShort(sample);
                }
            }
            return out.array();
        }

        // The mean of the samples up to the next place: speech has little above 4 kHz, and what
        // remains of it is dampened.
        private short sample() {
            place += (double) RATE / wanted.sampleRate();
            int count = 0;
            int sum = 0;
            while (place >= 1) {
                sum += raw();
                count++;
                place--;
            }
            return (short) (count == 0 ? 0 : sum / count);
        }

        private short raw() {
            if (used == SAMPLES) {
                decode();
                used = 0;
            }
            return decoded[used++];
        }

        private void decode() {
            if (!recorded.hasNext()) {
                Arrays.fill(decoded, (short) 0);
                return;
            }
            byte[] packet = recorded.next();
            try {
                decoder.decode(packet, 0, packet.length, decoded, 0, SAMPLES, false);
            } catch (OpusException e) {
                throw new IllegalStateException(e);
            }
        }
    }
}
