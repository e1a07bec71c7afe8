package io.slipway.protocol.ota;

import org.jspecify.annotations.Nullable;

/**
 * Whether firmware checks the status of an answer. Before 1.6.6 it does not: it takes any JSON for
 * success, so an error in JSON would silence it until it is restarted (device-contract R16).
 */
public enum FirmwareAge {
    /** Older than 1.6.6. */
    OLD,
    /** 1.6.6 or newer, or a client that is not firmware. */
    CURRENT,
    /** The caller does not say; most likely old. */
    UNKNOWN;

    private static final int[] CHECKS_STATUS = {1, 6, 6};

    /** What ESP-IDF's own client calls itself; the number after it is not the firmware's. */
    private static final String LIBRARY = "ESP32 HTTP Client";

    /**
     * @param userAgent {@code board/version}, from firmware 1.4.4 on; null if absent
     * @param body that of an OTA check, asked if the header says nothing; may be empty or anything
     */
    public static FirmwareAge of(@Nullable String userAgent, byte[] body) {
        FirmwareAge named = userAgent == null ? UNKNOWN : ofUserAgent(userAgent);
        return named != UNKNOWN || body.length == 0
                ? named
                : ofVersion(CheckInReader.read(body, null, null).application().version());
    }

    private static FirmwareAge ofUserAgent(String userAgent) {
        int slash = userAgent.indexOf('/');
        return slash < 1 || userAgent.startsWith(LIBRARY)
                ? UNKNOWN
                : ofVersion(userAgent.substring(slash + 1));
    }

    // Reads the digits and dots that it begins with; what follows them does not matter.
    private static FirmwareAge ofVersion(String version) {
        int at = 0;
        for (int least : CHECKS_STATUS) {
            int from = at;
            long value = 0;
            while (at < version.length() && digit(version.charAt(at))) {
                value = Math.min(value * 10 + (version.charAt(at) - '0'), Integer.MAX_VALUE);
                at++;
            }
            if (at == from) {
                return from == 0 ? UNKNOWN : OLD;
            }
            if (value != least) {
                return value < least ? OLD : CURRENT;
            }
            // Without a dot it ends here, and is shorter than 1.6.6 or equal to it.
            at = at < version.length() && version.charAt(at) == '.' ? at + 1 : version.length();
        }
        return CURRENT;
    }

    private static boolean digit(char c) {
        return c >= '0' && c <= '9';
    }
}
