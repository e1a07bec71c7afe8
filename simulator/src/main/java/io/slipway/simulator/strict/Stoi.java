package io.slipway.simulator.strict;

/** {@code std::stoi}, whose exceptions the firmware does not catch. */
final class Stoi {

    private Stoi() {}

    /** Whether {@code std::stoi(text)} returns normally. */
    static boolean survives(String text) {
        int at = 0;
        while (at < text.length() && " \t\n\u000b\f\r".indexOf(text.charAt(at)) >= 0) {
            at++;
        }
        boolean minus = at < text.length() && text.charAt(at) == '-';
        if (minus || (at < text.length() && text.charAt(at) == '+')) {
            at++;
        }
        int first = at;
        long value = 0;
        while (at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9') {
            // Saturates far above int32, so that a thousand digits don't overflow.
            value = Math.min(value * 10 + (text.charAt(at) - '0'), 1L << 40);
            at++;
        }
        return at > first && (minus ? value <= 1L << 31 : value < 1L << 31);
    }

    /**
     * Whether {@code ParseVersion} returns normally: {@code getline} at dots, {@code stoi} on each.
     */
    static boolean survivesVersion(String version) {
        int from = 0;
        while (from < version.length()) {
            int dot = version.indexOf('.', from);
            int end = dot < 0 ? version.length() : dot;
            if (!survives(version.substring(from, end))) {
                return false;
            }
            from = end + 1;
        }
        return true;
    }
}
