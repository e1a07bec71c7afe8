package io.slipway.firmware;

import io.slipway.device.seen.CalledHosts;
import io.slipway.http.Peer;
import io.slipway.protocol.firmware.OtaAddress;
import java.util.List;
import java.util.Set;

/** The home addresses, which lead devices back to this server (update-rules 2.3). Thread-safe. */
public final class HomeAddresses {

    private final String publicUrl;
    private final CalledHosts called;

    /**
     * @param publicUrl {@code scheme://host[:port][/path]} from the settings; empty for none
     * @param called the hosts that devices call, used if the settings have none
     */
    public HomeAddresses(String publicUrl, CalledHosts called) {
        this.publicUrl = publicUrl;
        this.called = called;
    }

    /** Records by which host a bound device called at {@code at}, epoch ms. */
    public void called(long deviceId, Peer peer, long at) {
        if (publicUrl.isEmpty()) {
            called.called(deviceId, peer.called(), at);
        }
    }

    /**
     * Whether one of a build's addresses is a home address. False if the build has none or the home
     * addresses are unknown: then a person must confirm.
     *
     * @param accountId whose devices determine the home addresses
     */
    boolean isAmong(List<OtaAddress> addresses, String accountId) {
        if (!publicUrl.isEmpty()) {
            return addresses.stream().anyMatch(address -> address.leadsTo(publicUrl));
        }
        if (addresses.isEmpty()) {
            return false;
        }
        Set<String> hosts = called.of(accountId);
        return addresses.stream().anyMatch(address -> hosts.stream().anyMatch(address::sends));
    }
}
