package io.slipway.protocol;

import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A firmware version as the device itself parses it ({@code ota.cc:394-419}): split at dots, {@code
 * std::stoi} on each segment. A version that makes {@code stoi} throw puts the device into a reboot
 * loop, so no such object exists: {@link #parse} returns empty for it.
 */
public final class FirmwareVersion implements Comparable<FirmwareVersion> {

    /** The maximum length of a version that is sent back; the image format has 32 bytes. */
    public static final int MAX_LENGTH = 64;

    private static final Pattern UPLOADABLE = Pattern.compile("\\d+(\\.\\d+)*");

    private final String text;
    private final int[] segments;

    private FirmwareVersion(String text, int[] segments) {
        this.text = text;
        this.segments = segments;
    }

    /**
     * Parses a version that is safe to send to a device or to compare with one.
     *
     * @return empty if a device would crash on it, if it has no segment at all, or if it contains
     *     anything but visible ASCII and spaces
     */
    public static Optional<FirmwareVersion> parse(String text) {
        if (text.isEmpty() || text.length() > MAX_LENGTH || !printable(text)) {
            return Optional.empty();
        }
        // getline() drops one empty segment at the end: "2.5." has two.
        String trimmed = text.endsWith(".") ? text.substring(0, text.length() - 1) : text;
        String[] parts = trimmed.split("\\.", -1);
        int[] segments = new int[parts.length];
        for (int i = 0; i < parts.length; i++) {
            Optional<Integer> value = stoi(parts[i]);
            if (value.isEmpty()) {
                return Optional.empty();
            }
            segments[i] = value.get();
        }
        return Optional.of(new FirmwareVersion(text, segments));
    }

    /** Whether an uploaded image may carry this version: digits and dots only. */
    public static boolean uploadable(String text) {
        return UPLOADABLE.matcher(text).matches() && parse(text).isPresent();
    }

    // A quote or a backslash would be safe in JSON, but ML307 modems pass strings on unescaped.
    private static boolean printable(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < ' ' || c > '~' || c == '"' || c == '\\') {
                return false;
            }
        }
        return true;
    }

    // std::stoi: leading blanks, a sign, digits; the rest is ignored; int32 or it throws.
    private static Optional<Integer> stoi(String part) {
        int at = 0;
        while (at < part.length() && part.charAt(at) == ' ') {
            at++;
        }
        boolean negative = at < part.length() && part.charAt(at) == '-';
        if (negative || (at < part.length() && part.charAt(at) == '+')) {
            at++;
        }
        int digits = at;
        long value = 0;
        while (at < part.length() && part.charAt(at) >= '0' && part.charAt(at) <= '9') {
            value = value * 10 + (part.charAt(at) - '0');
            if (value > 1L << 32) {
                return Optional.empty();
            }
            at++;
        }
        long signed = negative ? -value : value;
        return at == digits || signed != (int) signed
                ? Optional.empty()
                : Optional.of((int) signed);
    }

    /** Whether a device that runs {@code current} takes this version as an update. */
    public boolean isNewerThan(FirmwareVersion current) {
        return compareTo(current) > 0;
    }

    /**
     * The firmware's order: segment by segment; if all are equal, the one with more segments is
     * newer.
     */
    @Override
    public int compareTo(FirmwareVersion other) {
        int common = Math.min(segments.length, other.segments.length);
        for (int i = 0; i < common; i++) {
            if (segments[i] != other.segments[i]) {
                return Integer.compare(segments[i], other.segments[i]);
            }
        }
        return Integer.compare(segments.length, other.segments.length);
    }

    /** Equal when a device sees no difference: {@code 2.4.2-dirty} equals {@code 2.4.2}. */
    @Override
    public boolean equals(Object other) {
        return other instanceof FirmwareVersion version && compareTo(version) == 0;
    }

    @Override
    public int hashCode() {
        return java.util.Arrays.hashCode(segments);
    }

    /** The text as parsed. */
    @Override
    public String toString() {
        return text;
    }
}
