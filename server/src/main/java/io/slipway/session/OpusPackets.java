package io.slipway.session;

import java.io.ByteArrayOutputStream;
import java.util.List;

/**
 * Opus packets, without decoding them: how long they sound (RFC 6716, 3.1), and longer ones made of
 * short ones (3.2.5).
 */
final class OpusPackets {

    /** Code 3: any number of frames; code 0: one. */
    private static final int CODE = 3;

    /** The frames have lengths of their own. */
    private static final int VARIABLE = 0x80;

    /** A length from here up takes two bytes. */
    private static final int TWO_BYTES = 252;

    /** No packet sounds longer, in microseconds. */
    private static final int LONGEST = 120_000;

    private static final int COUNT = 0x3f;

    private OpusPackets() {}

    /**
     * How long a packet sounds, in microseconds; 0 if it can't be read. Never throws.
     *
     * @param from where in {@code bytes} the packet begins; it ends with them
     */
    static int micros(byte[] bytes, int from) {
        if (bytes.length <= from) {
            return 0;
        }
        int first = bytes[from] & 0xff;
        int frames =
                switch (first & CODE) {
                    case 0 -> 1;
                    case 1, 2 -> 2;
                    default -> bytes.length > from + 1 ? bytes[from + 1] & COUNT : 0;
                };
        int micros = frames * frameMicros(first >> 3);
        return micros <= LONGEST ? micros : 0;
    }

    // Of SILK, hybrid and CELT.
    private static int frameMicros(int config) {
        if (config < 12) {
            return (config & 3) == 3 ? 60_000 : 10_000 << (config & 3);
        }
        return config < 16 ? 10_000 << (config & 1) : 2_500 << (config & 3);
    }

    /**
     * One packet with the frames of several.
     *
     * @param packets at least one, together at most 120 ms; of code 0, and all of one kind: they
     *     begin with the same byte
     * @throws IllegalArgumentException if they are not
     */
    static byte[] joined(List<byte[]> packets) {
        byte[] first = packets.getFirst();
        if (packets.size() == 1) {
            return first;
        }
        var out = new ByteArrayOutputStream();
        out.write(first[0] | CODE);
        out.write(VARIABLE | packets.size());
        for (int i = 0; i < packets.size(); i++) {
            byte[] packet = packets.get(i);
            if (packet[0] != first[0] || (packet[0] & CODE) != 0) {
                throw new IllegalArgumentException("packets of different kinds");
            }
            if (i < packets.size() - 1) {
                writeLength(out, packet.length - 1);
            }
        }
        for (byte[] packet : packets) {
            out.write(packet, 1, packet.length - 1);
        }
        return out.toByteArray();
    }

    private static void writeLength(ByteArrayOutputStream out, int length) {
        if (length < TWO_BYTES) {
            out.write(length);
        } else {
            int low = TWO_BYTES + (length & 3);
            out.write(low);
            out.write((length - low) >> 2);
        }
    }
}
