package io.slipway.http.file;

import org.jspecify.annotations.Nullable;

/**
 * The part of a file that answers a request, by RFC 9110; multiple ranges are ignored, which it
 * allows.
 *
 * @param status 200, 206, 304 or 416
 * @param from first byte
 * @param length bytes; 0 for 304 and 416
 */
record FilePart(int status, long from, long length) {

    private static final String UNIT = "bytes=";

    /**
     * @param size of the file, in bytes
     * @param etag without quotes
     */
    static FilePart of(
            long size,
            String etag,
            @Nullable String range,
            @Nullable String ifRange,
            @Nullable String ifNoneMatch) {
        if (ifNoneMatch != null && matches(ifNoneMatch, etag)) {
            return new FilePart(304, 0, 0);
        }
        // A date never matches: files here have an ETag, but no date.
        boolean current = ifRange == null || ifRange.strip().equals('"' + etag + '"');
        FilePart part = range == null || !current ? null : range(range, size);
        return part == null ? new FilePart(200, 0, size) : part;
    }

    private static boolean matches(String list, String etag) {
        if (list.strip().equals("*")) {
            return true;
        }
        for (String one : list.split(",", -1)) {
            String tag = one.strip();
            if (tag.equals('"' + etag + '"') || tag.equals("W/\"" + etag + '"')) {
                return true;
            }
        }
        return false;
    }

    /** Null if it is not a single range: the header is then ignored. */
    private static @Nullable FilePart range(String range, long size) {
        if (!range.regionMatches(true, 0, UNIT, 0, UNIT.length()) || range.indexOf(',') >= 0) {
            return null;
        }
        String wanted = range.substring(UNIT.length()).strip();
        int dash = wanted.indexOf('-');
        if (dash < 0) {
            return null;
        }
        long first = number(wanted.substring(0, dash));
        long last = number(wanted.substring(dash + 1));
        if (dash == 0) {
            // The last n bytes.
            return last < 0 ? null : last == 0 ? none() : part(Math.max(0, size - last), size);
        }
        boolean open = dash == wanted.length() - 1;
        if (first < 0 || (!open && last < first)) {
            return null;
        }
        if (first >= size) {
            return none();
        }
        return part(first, open ? size : Math.min(size - 1, last) + 1);
    }

    private static FilePart part(long from, long end) {
        return new FilePart(206, from, end - from);
    }

    private static FilePart none() {
        return new FilePart(416, 0, 0);
    }

    /** -1 if it is not a number; one with too many digits is beyond every end. */
    private static long number(String text) {
        if (text.isEmpty() || !text.chars().allMatch(c -> c >= '0' && c <= '9')) {
            return -1;
        }
        return text.length() > 18 ? Long.MAX_VALUE - 1 : Long.parseLong(text);
    }

    /** {@code Content-Range}; null for a response without one. */
    @Nullable String contentRange(long size) {
        return switch (status) {
            case 206 -> "bytes " + from + "-" + (from + length - 1) + "/" + size;
            case 416 -> "bytes */" + size;
            default -> null;
        };
    }
}
