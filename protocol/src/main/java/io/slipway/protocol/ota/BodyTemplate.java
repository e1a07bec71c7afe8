package io.slipway.protocol.ota;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A body that was parsed once, with gaps for values that differ between devices of one build and
 * are not stored: free heap, SSID, signal strength. A body that equals it outside the gaps has the
 * same content, except for its MAC address, so it need not be parsed. Immutable.
 *
 * <p>Exact, not a guess: a gap accepts only what a parser would accept there, a plain string or an
 * integer, and everything else must be identical bytes.
 */
final class BodyTemplate {

    /** Longer bodies are parsed each time: real ones have about 2 KiB. */
    static final int MAX_BODY = 4096;

    /** Bodies with more ignored members are parsed each time. */
    static final int MAX_GAPS = 64;

    /** More digits than any number that firmware sends; more might not be valid everywhere. */
    private static final int MAX_DIGITS = 18;

    private final byte[] sample;
    private final @Nullable String userAgent;
    private final @Nullable String acceptLanguage;
    private final CheckIn checkIn;
    private final Gap[] gaps;
    private final boolean hasMac;

    /** Bytes {@code from} to {@code to} of the sample; a string's quotes are outside. */
    private record Gap(int from, int to, boolean string, boolean mac) {

        /**
         * The end of the gap in a body in which it begins at {@code at}; -1 if it doesn't match.
         */
        int end(byte[] body, int at) {
            return string ? stringEnd(body, at, mac) : numberEnd(body, at);
        }
    }

    private BodyTemplate(
            byte[] sample,
            @Nullable String userAgent,
            @Nullable String acceptLanguage,
            CheckIn checkIn,
            Gap[] gaps,
            boolean hasMac) {
        this.sample = sample;
        this.userAgent = userAgent;
        this.acceptLanguage = acceptLanguage;
        this.checkIn = checkIn;
        this.gaps = gaps;
        this.hasMac = hasMac;
    }

    /**
     * Makes a template from a completely parsed body.
     *
     * @param starts where the ignored values and that of {@code mac_address} begin, in order; a
     *     string at its quote
     * @param macAt which of {@code starts} is the MAC address, -1 for none
     * @return null if one of them is neither a plain string nor an integer
     */
    static @Nullable BodyTemplate of(
            byte[] body,
            @Nullable String userAgent,
            @Nullable String acceptLanguage,
            CheckIn checkIn,
            int[] starts,
            int macAt) {
        if (body.length > MAX_BODY || starts.length > MAX_GAPS || !checkIn.complete()) {
            return null;
        }
        byte[] sample = body.clone();
        var gaps = new Gap[starts.length];
        for (int i = 0; i < starts.length; i++) {
            boolean string = body[starts[i]] == '"';
            int from = string ? starts[i] + 1 : starts[i];
            int to = new Gap(from, from, string, i == macAt).end(body, from);
            if (to < 0 || (i == macAt && !string)) {
                return null;
            }
            gaps[i] = new Gap(from, to, string, i == macAt);
            // A device's Client-Id, SSID and IMEI, which must not be stored anywhere.
            Arrays.fill(sample, from, to, (byte) '0');
        }
        return new BodyTemplate(sample, userAgent, acceptLanguage, checkIn, gaps, macAt >= 0);
    }

    /** The content of the body if it matches this template; null otherwise. */
    @Nullable CheckIn read(
            byte[] body, @Nullable String userAgent, @Nullable String acceptLanguage) {
        if (!Objects.equals(userAgent, this.userAgent)
                || !Objects.equals(acceptLanguage, this.acceptLanguage)) {
            return null;
        }
        int at = 0;
        int from = 0;
        int macFrom = 0;
        int macTo = 0;
        for (Gap gap : gaps) {
            int begin = at + gap.from - from;
            if (begin > body.length || !Arrays.equals(body, at, begin, sample, from, gap.from)) {
                return null;
            }
            at = gap.end(body, begin);
            if (at < 0) {
                return null;
            }
            if (gap.mac) {
                macFrom = begin;
                macTo = at;
            }
            from = gap.to;
        }
        if (!Arrays.equals(body, at, body.length, sample, from, sample.length)) {
            return null;
        }
        return hasMac
                ? checkIn.withMac(
                        new String(body, macFrom, macTo - macFrom, StandardCharsets.US_ASCII))
                : checkIn;
    }

    // The end of an integer; -1 if there is none.
    private static int numberEnd(byte[] body, int from) {
        int at = from < body.length && body[from] == '-' ? from + 1 : from;
        int digits = at;
        while (at < body.length && body[at] >= '0' && body[at] <= '9') {
            at++;
        }
        boolean leadingZero = at > digits + 1 && body[digits] == '0';
        return at == digits || at - digits > MAX_DIGITS || leadingZero ? -1 : at;
    }

    // The position of the closing quote; -1 if the string is not plain or, for a MAC, too long.
    private static int stringEnd(byte[] body, int from, boolean mac) {
        int at = from;
        while (at < body.length) {
            byte b = body[at];
            if (b == '"') {
                return mac && at - from > CheckIn.MAX_TEXT ? -1 : at;
            }
            if (b < 0 && !mac) {
                at = characterEnd(body, at);
                if (at < 0) {
                    return -1;
                }
            } else if (b < ' ' || b == '\\') {
                return -1;
            } else {
                at++;
            }
        }
        return -1;
    }

    // After a character of two to four bytes (SSIDs are often Chinese); -1 if invalid.
    private static int characterEnd(byte[] body, int at) {
        int lead = body[at] & 0xff;
        int length = lead >= 0xc2 && lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
        if (lead < 0xc2 || lead > 0xf4 || at + length > body.length) {
            return -1;
        }
        for (int i = 1; i < length; i++) {
            if ((body[at + i] & 0xc0) != 0x80) {
                return -1;
            }
        }
        return at + length;
    }
}
