package io.slipway.activation;

import io.slipway.http.Cidr;
import io.slipway.http.Peer;
import io.slipway.work.Throttles;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.Optional;

/**
 * The stored addresses that are in one network with a viewer: the same public IPv4 address or IPv6
 * /64, or the same /24 where both are private.
 *
 * @param network in the form of {@link Throttles#network}; ends with a dot for a whole /24
 */
public record Neighbourhood(String network) {

    /** The suffix of an IPv6 network. */
    private static final String HALF = ":/64";

    /** Empty if the visible address is a proxy's: anyone may be behind it. */
    public static Optional<Neighbourhood> of(Peer viewer) {
        if (viewer.hidden()) {
            return Optional.empty();
        }
        return Cidr.address(viewer.address()).map(Neighbourhood::around);
    }

    /** The neighbourhood of a stored address; empty if that is a proxy's. */
    public static Optional<Neighbourhood> ofStored(String address) {
        return address.endsWith(HALF)
                ? Optional.of(new Neighbourhood(address))
                : Cidr.address(address).map(Neighbourhood::around);
    }

    private static Neighbourhood around(InetAddress address) {
        String network = Throttles.network(address.getHostAddress());
        boolean whole = address instanceof Inet4Address && Cidr.isPrivate(address);
        return new Neighbourhood(
                whole ? network.substring(0, network.lastIndexOf('.') + 1) : network);
    }

    /** Whether two stored networks share the right to see what waits there. */
    static boolean same(String one, String other) {
        return ofStored(one).isPresent() && ofStored(one).equals(ofStored(other));
    }

    boolean whole() {
        return network.endsWith(".");
    }

    /** The lowest text after all addresses of a whole /24: a slash comes right after a dot. */
    String end() {
        return network.substring(0, network.length() - 1) + "/";
    }
}
