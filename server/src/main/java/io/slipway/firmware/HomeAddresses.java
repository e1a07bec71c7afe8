package io.slipway.firmware;

import io.slipway.device.CalledHosts;
import io.slipway.http.Peer;
import io.slipway.protocol.firmware.OtaAddress;
import java.util.List;
import java.util.Set;

/** Which addresses lead devices back to this server (update-rules 2.3). Thread-safe. */
public final class HomeAddresses {

    private final String publicUrl;
    private final CalledHosts called;

    /**
     * @param publicUrl {@code scheme://host[:port]} of the settings; empty for none
     * @param called by which hosts devices call, where the settings don't say
     */
    public HomeAddresses(String publicUrl, CalledHosts called) {
        this.publicUrl = publicUrl;
        this.called = called;
    }

    /** Notes by which host a bound device called at {@code at}, epoch ms. */
    public void called(long deviceId, Peer peer, long at) {
        if (publicUrl.isEmpty()) {
            called.called(deviceId, peer.called(), at);
        }
    }

    /**
     * Whether one of a build's addresses is ours. Of a build without any it can't be told, nor
     * where nobody knows what ours are: then a person is asked.
     *
     * @param accountId whose devices tell what ours are
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
