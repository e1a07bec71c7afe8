package io.slipway.http;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/** The addresses that belong to the public internet (IANA's special-purpose registries). */
final class PublicAddress {

    private static final List<Cidr> SPECIAL =
            ranges(
                    "0.0.0.0/8", // this host
                    "10.0.0.0/8",
                    "100.64.0.0/10", // carrier-grade NAT, and Alibaba's metadata
                    "127.0.0.0/8",
                    "168.63.129.16", // Azure's own services, as seen from inside
                    "169.254.0.0/16", // link-local: the metadata of most clouds
                    "172.16.0.0/12",
                    "192.0.0.0/24", // protocol assignments, and Oracle's metadata
                    "192.0.2.0/24", // documentation
                    "192.88.99.0/24", // 6to4 relays
                    "192.168.0.0/16",
                    "198.18.0.0/15", // benchmarks
                    "198.51.100.0/24",
                    "203.0.113.0/24",
                    "224.0.0.0/3", // multicast, reserved, broadcast
                    "2001::/23", // Teredo and other assignments
                    "2001:db8::/32", // documentation
                    "3fff::/20");

    private static final Cidr GLOBAL = range("2000::/3");
    private static final Cidr SIX_TO_FOUR = range("2002::/16");
    private static final Cidr NAT64 = range("64:ff9b::/96");

    private PublicAddress() {}

    private static List<Cidr> ranges(String... texts) {
        return Stream.of(texts).map(PublicAddress::range).toList();
    }

    private static Cidr range(String text) {
        return Cidr.parse(text).orElseThrow();
    }

    /** False for every address that could lead into a private network. */
    static boolean is(InetAddress address) {
        byte[] bytes = address.getAddress();
        // The JDK converts IPv4-mapped addresses to IPv4 itself.
        if (bytes.length == 4) {
            return SPECIAL.stream().noneMatch(range -> range.contains(address));
        }
        if (NAT64.contains(address)) {
            return is(embedded(bytes, 12));
        }
        if (SIX_TO_FOUR.contains(address)) {
            return is(embedded(bytes, 2));
        }
        return GLOBAL.contains(address)
                && SPECIAL.stream().noneMatch(range -> range.contains(address));
    }

    private static InetAddress embedded(byte[] bytes, int at) {
        try {
            return InetAddress.getByAddress(Arrays.copyOfRange(bytes, at, at + 4));
        } catch (UnknownHostException e) {
            throw new IllegalStateException(e);
        }
    }
}
