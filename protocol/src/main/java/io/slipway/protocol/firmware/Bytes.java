package io.slipway.protocol.firmware;

import java.math.BigInteger;

/** Little-endian numbers in byte arrays, as used throughout the image format. */
final class Bytes {

    private Bytes() {}

    static int u8(byte[] bytes, int at) {
        return bytes[at] & 0xff;
    }

    static int u16(byte[] bytes, int at) {
        return u8(bytes, at) | u8(bytes, at + 1) << 8;
    }

    static long u32(byte[] bytes, int at) {
        return u16(bytes, at) | (long) u16(bytes, at + 2) << 16;
    }

    static void putU16(byte[] bytes, int at, int value) {
        bytes[at] = (byte) value;
        bytes[at + 1] = (byte) (value >> 8);
    }

    static void putU32(byte[] bytes, int at, long value) {
        putU16(bytes, at, (int) value);
        putU16(bytes, at + 2, (int) (value >> 16));
    }

    /** A positive number of any length. */
    static BigInteger number(byte[] bytes, int at, int length) {
        byte[] bigEndian = new byte[length];
        for (int i = 0; i < length; i++) {
            bigEndian[length - 1 - i] = bytes[at + i];
        }
        return new BigInteger(1, bigEndian);
    }

    /** XOR of a range, which is the format's checksum. */
    static int xor(byte[] bytes, int from, int length) {
        int sum = 0;
        for (int i = from; i < from + length; i++) {
            sum ^= bytes[i];
        }
        return sum & 0xff;
    }

    static boolean all(byte[] bytes, int from, int to, int value) {
        for (int i = from; i < to; i++) {
            if (u8(bytes, i) != value) {
                return false;
            }
        }
        return true;
    }
}
