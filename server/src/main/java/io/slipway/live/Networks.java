package io.slipway.live;

import io.slipway.account.Attempts;
import io.slipway.http.Cidr;
import java.net.Inet4Address;
import java.net.InetAddress;

/** Who is near whom: in one household or office, as far as addresses tell. */
final class Networks {

    private Networks() {}

    /**
     * What is equal for two who are near each other: the public IPv4 address, the /64 of an IPv6
     * address, or the /24 of a private one; {@code ""} for what is no address.
     *
     * @param address textual, or what {@link Attempts#network} makes of it
     */
    static String of(String address) {
        String network = Attempts.network(address);
        if (network.endsWith(":/64")) {
            return network;
        }
        return Cidr.address(network)
                .map(found ->
                        found instanceof Inet4Address && own(found)
                                ? network.substring(0, network.lastIndexOf('.') + 1)
                                : network)
                .orElse("");
    }

    private static boolean own(InetAddress address) {
        return address.isSiteLocalAddress()
                || address.isLoopbackAddress()
                || address.isLinkLocalAddress();
    }
}
