package io.slipway.protocol;

import java.util.Optional;

/**
 * A MAC address, the public half of a device's identity.
 *
 * <p>Firmware sends {@code aa:bb:cc:dd:ee:ff} in lower case; web and desktop clients send upper
 * case, dashes or no separators. All are the same address; {@link #toString} returns the firmware's
 * form.
 *
 * @param bits the 48 bits, the first octet highest
 */
public record Mac(long bits) implements Comparable<Mac> {

    private static final int OCTETS = 6;

    public Mac {
        if (bits >>> 48 != 0) {
            throw new IllegalArgumentException("a MAC has 48 bits");
        }
    }

    /**
     * Parses a MAC in any case, with {@code :} or {@code -} between all octets, or without
     * separators.
     *
     * @return empty if {@code text} is not a MAC
     */
    public static Optional<Mac> parse(String text) {
        int length = text.length();
        int step = length == 17 ? 3 : length == 12 ? 2 : 0;
        if (step == 0) {
            return Optional.empty();
        }
        char separator = step == 3 ? text.charAt(2) : 0;
        if (step == 3 && separator != ':' && separator != '-') {
            return Optional.empty();
        }
        long bits = 0;
        for (int octet = 0; octet < OCTETS; octet++) {
            int at = octet * step;
            int high = hex(text.charAt(at));
            int low = hex(text.charAt(at + 1));
            if (high < 0 || low < 0) {
                return Optional.empty();
            }
            if (step == 3 && octet < OCTETS - 1 && text.charAt(at + 2) != separator) {
                return Optional.empty();
            }
            bits = (bits << 8) | (high << 4) | low;
        }
        return Optional.of(new Mac(bits));
    }

    /**
     * Whether it can belong to a single device: neither 00:00:00:00:00:00, which all devices
     * without a radio send, nor a multicast address such as ff:ff:ff:ff:ff:ff.
     */
    public boolean individual() {
        return bits != 0 && (bits >>> 40 & 1) == 0;
    }

    /**
     * Whether it does not identify the caller: 00:00:00:00:00:00, as devices without a radio send,
     * or ff:ff:ff:ff:ff:ff.
     */
    public boolean anonymous() {
        return bits == 0 || bits == 0xffff_ffff_ffffL;
    }

    // Character.digit() accepts the digits of every script; a MAC has ASCII ones.
    private static int hex(char c) {
        if (c >= '0' && c <= '9') {
            return c - '0';
        }
        int lower = c | 0x20;
        return lower >= 'a' && lower <= 'f' && c < 128 ? lower - 'a' + 10 : -1;
    }

    /** The firmware's form: lower case, colons. */
    @Override
    public String toString() {
        return separated(':');
    }

    /** The form in MQTT client ids: lower case, underscores. */
    public String underscored() {
        return separated('_');
    }

    private String separated(char separator) {
        char[] out = new char[17];
        for (int octet = 0, at = 0; octet < OCTETS; octet++) {
            int value = (int) (bits >>> (40 - 8 * octet)) & 0xff;
            if (octet > 0) {
                out[at++] = separator;
            }
            out[at++] = Character.forDigit(value >> 4, 16);
            out[at++] = Character.forDigit(value & 15, 16);
        }
        return new String(out);
    }

    @Override
    public int compareTo(Mac other) {
        return Long.compare(bits, other.bits);
    }
}
