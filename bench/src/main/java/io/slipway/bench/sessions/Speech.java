package io.slipway.bench.sessions;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Random;

/**
 * What sessions of the benchmark say: frames as long as real Opus at 60 ms, no two alike, each with
 * the time when it was sent. A frame is
 *
 * <pre>u8 direction | u24 0 | u32 session | u32 number | u64 nanoseconds | filler</pre>
 *
 * <p>Length and filler follow from session and number, so that the receiver can tell whether it is
 * the next one and complete.
 */
final class Speech {

    /** How often a device sends a frame. */
    static final int PERIOD_MS = 60;

    static final byte UP = 'U';
    static final byte DOWN = 'D';

    /** The result of {@link #sentAt} for an unexpected frame. */
    static final long WRONG = Long.MIN_VALUE;

    private static final int LEAST = 120;
    private static final int MOST = 240;
    private static final int HEADER = 20;

    private static final int MASK = 0x5ac3_71e9;
    private static final long MASK_TWICE = ((long) MASK << 32) | (MASK & 0xffff_ffffL);
    private static final int STARTS = 512;
    private static final byte[] FILLER = new byte[STARTS * 4 + MOST];
    // Masked in advance: devices have their own processors for that, here it would use the
    // server's.
    private static final byte[] MASKED = new byte[FILLER.length];

    static {
        new Random(42).nextBytes(FILLER);
        for (int i = 0; i < FILLER.length; i++) {
            MASKED[i] = (byte) (FILLER[i] ^ (MASK >>> (24 - 8 * (i & 3))));
        }
    }

    private Speech() {}

    private static int mixed(int session, int number) {
        int hash = (session * 0x9e37_79b9) ^ (number * 0x85eb_ca6b);
        return (hash ^ (hash >>> 15)) & 0x7fff_ffff;
    }

    /** Bytes of a frame. */
    static int length(int session, int number) {
        return LEAST + mixed(session, number) % (MOST - LEAST + 1);
    }

    // A multiple of 4, so that the mask fits.
    private static int start(int session, int number) {
        return (mixed(session, number) >>> 8) % STARTS * 4;
    }

    /** Writes one complete frame of a WebSocket client, masked. */
    static void put(ByteBuffer out, int session, int number, long nanos) {
        int length = length(session, number);
        Wire.header(out, Wire.BINARY, length, true);
        out.putInt(MASK);
        out.putInt((UP << 24) ^ MASK).putInt(session ^ MASK).putInt(number ^ MASK);
        out.putLong(nanos ^ MASK_TWICE);
        out.put(MASKED, start(session, number), length - HEADER);
    }

    /** When a frame was sent, or {@link #WRONG} if it is not {@code number} of {@code session}. */
    static long sentAt(byte[] frame, int length, byte direction, int session, int number) {
        if (length != length(session, number)) {
            return WRONG;
        }
        int start = start(session, number);
        ByteBuffer header = ByteBuffer.wrap(frame, 0, HEADER);
        boolean right =
                header.getInt() == direction << 24
                        && header.getInt() == session
                        && header.getInt() == number
                        && Arrays.equals(
                                frame, HEADER, length, FILLER, start, start + length - HEADER);
        return right ? header.getLong() : WRONG;
    }
}
