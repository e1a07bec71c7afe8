package io.slipway.reach;

import io.slipway.http.Cidr;
import io.slipway.http.HttpConfig;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** This machine's addresses on local networks, at which devices there can reach this server. */
public final class LocalAddresses {

    // Networks between containers and virtual machines, which no device is in.
    private static final Pattern INNER =
            Pattern.compile("(docker|br-|veth|virbr|cni|flannel|cali|vmnet|vboxnet|podman).*");

    private LocalAddresses() {}

    /**
     * An IPv4 address: devices understand no other without a name.
     *
     * @param network the interface's name
     */
    public record LocalAddress(String network, String address) {

        /** {@code http://address:port}. */
        public String base(int port) {
            return "http://" + address + (port == 80 ? "" : ":" + port);
        }
    }

    /**
     * Those at which the server answers devices by plain HTTP: no authority issues certificates for
     * them. None if the system does not tell.
     */
    public static List<LocalAddress> of(HttpConfig config) {
        if (config.host().equals("localhost") || !config.plainDevices()) {
            return List.of();
        }
        Optional<InetAddress> bound = Cidr.address(config.host());
        if (bound.filter(address -> !address.isAnyLocalAddress()).isPresent()) {
            return all().stream().filter(each -> each.address().equals(config.host())).toList();
        }
        return all();
    }

    private static List<LocalAddress> all() {
        var found = new ArrayList<LocalAddress>();
        try {
            for (NetworkInterface network :
                    Collections.list(NetworkInterface.getNetworkInterfaces())) {
                if (!network.isUp()
                        || network.isLoopback()
                        || INNER.matcher(network.getName()).matches()) {
                    continue;
                }
                for (InetAddress address : Collections.list(network.getInetAddresses())) {
                    if (address instanceof Inet4Address && address.isSiteLocalAddress()) {
                        found.add(new LocalAddress(network.getName(), address.getHostAddress()));
                    }
                }
            }
        } catch (SocketException e) {
            return List.of();
        }
        return found;
    }
}
