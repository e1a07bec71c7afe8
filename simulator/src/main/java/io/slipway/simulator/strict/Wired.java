package io.slipway.simulator.strict;

/** Addresses as the firmware's own parsers see them: each port goes through {@code stoi}. */
final class Wired {

    private Wired() {}

    /** device-contract R3: {@code host} or {@code host:port}. */
    static boolean endpoint(String text) {
        int colon = text.indexOf(':');
        String host = colon < 0 ? text : text.substring(0, colon);
        return !host.isEmpty()
                && host.chars().allMatch(c -> c > ' ' && c < 0x7f && c != '/' && c != '"')
                && (colon < 0 || port(text.substring(colon + 1)));
    }

    /**
     * device-contract R4: after the scheme a colon only before a port, no user, no IPv6 literal.
     */
    static boolean url(String text, String plain, String secure) {
        int scheme = text.indexOf("://");
        if (scheme < 0) {
            return false;
        }
        String protocol = text.substring(0, scheme);
        if (!protocol.equals(plain) && !protocol.equals(secure)) {
            return false;
        }
        String rest = text.substring(scheme + 3);
        int path = 0;
        while (path < rest.length() && "/?#".indexOf(rest.charAt(path)) < 0) {
            path++;
        }
        String host = rest.substring(0, path);
        return endpoint(host)
                && host.indexOf('@') < 0
                && rest.substring(path).chars().allMatch(c -> c > ' ' && c < 0x7f && c != ':');
    }

    private static boolean port(String text) {
        return text.matches("[0-9]{1,5}")
                && Integer.parseInt(text) >= 1
                && Integer.parseInt(text) <= 65535;
    }
}
