package io.slipway.http;

import java.net.InetAddress;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A range of addresses, {@code 10.0.0.0/8} or a single address.
 *
 * @param prefix the number of significant bits
 */
public record Cidr(InetAddress network, int prefix) {

    // Only literals: a name would be resolved.
    private static final Pattern LITERAL = Pattern.compile("[0-9.]+|[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*");

    /** Parses a literal address with or without {@code /bits}; empty if invalid. */
    public static Optional<Cidr> parse(String text) {
        String[] parts = text.split("/", 2);
        Optional<InetAddress> address = address(parts[0]);
        if (address.isEmpty()) {
            return Optional.empty();
        }
        int bits = address.get().getAddress().length * 8;
        try {
            int prefix = parts.length == 2 ? Integer.parseInt(parts[1]) : bits;
            return prefix < 0 || prefix > bits
                    ? Optional.empty()
                    : Optional.of(new Cidr(address.get(), prefix));
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }

    /** Parses a literal address without name resolution. */
    public static Optional<InetAddress> address(String text) {
        if (!LITERAL.matcher(text).matches()) {
            return Optional.empty();
        }
        try {
            // Not getByName: it looks up what is no literal after all, as 300.1.1.1.
            return Optional.of(InetAddress.ofLiteral(text));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /**
     * Whether an address is in a private network: loopback, link-local, RFC 1918 or fc00::/7.
     * Excludes carrier-grade NAT (100.64.0.0/10), where the neighbours are strangers.
     */
    public static boolean isPrivate(InetAddress address) {
        byte[] bytes = address.getAddress();
        // Java's own test does not include fc00::/7.
        boolean unique = bytes.length == 16 && (bytes[0] & 0xfe) == 0xfc;
        return unique
                || address.isLoopbackAddress()
                || address.isSiteLocalAddress()
                || address.isLinkLocalAddress();
    }

    /** Whether {@code address} is in this range; never for another address family. */
    public boolean contains(InetAddress address) {
        byte[] mine = network.getAddress();
        byte[] theirs = address.getAddress();
        if (mine.length != theirs.length) {
            return false;
        }
        for (int bit = 0; bit < prefix; bit++) {
            int mask = 0x80 >> (bit & 7);
            if ((mine[bit >> 3] & mask) != (theirs[bit >> 3] & mask)) {
                return false;
            }
        }
        return true;
    }

    /**
     * Whose address it is: an IPv4 address, or the /64 of an IPv6 address, because one customer has
     * all 2^64 of those.
     */
    public static String customer(String address) {
        Optional<InetAddress> literal = Cidr.address(address);
        byte[] bytes = literal.map(InetAddress::getAddress).orElse(new byte[0]);
        if (bytes.length != 16) {
            // An IPv4 address can be written in several ways, for example as ::ffff:192.0.2.1.
            return literal.map(InetAddress::getHostAddress).orElse(address);
        }
        var text = new StringBuilder();
        for (int i = 0; i < 8; i += 2) {
            int group = (bytes[i] & 0xff) << 8 | (bytes[i + 1] & 0xff);
            text.append(Integer.toHexString(group)).append(':');
        }
        return text.append(":/64").toString();
    }
}
