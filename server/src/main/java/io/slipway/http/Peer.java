package io.slipway.http;

import io.slipway.protocol.WireUrl;
import java.net.InetAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where a request came from and which address it called, after proxies that the settings name.
 *
 * @param address the client's IP address, textual
 * @param base {@code scheme://host[:port]} as the client knows this server; {@code ""} when its
 *     Host header is none that a device could use
 * @param direct whether no proxy, named or not, had a hand in it
 */
public record Peer(String address, String base, boolean direct) {

    static Peer of(
            HttpConfig config,
            @Nullable String socket,
            @Nullable String host,
            @Nullable String forwardedFor,
            @Nullable String forwardedProto,
            @Nullable String forwardedHost) {
        String peer = socket == null ? "unknown" : socket;
        boolean forwarded = forwardedFor != null || forwardedProto != null || forwardedHost != null;
        if (!forwarded) {
            return new Peer(peer, base(config, "http", host), true);
        }
        if (!trusted(config.trustedProxies(), peer)) {
            return new Peer(peer, base(config, "http", host), false);
        }
        boolean tls = forwardedProto != null && forwardedProto.equalsIgnoreCase("https");
        String called = forwardedHost == null ? host : forwardedHost;
        String client = forwardedFor == null ? peer : client(config, peer, forwardedFor);
        return new Peer(client, base(config, tls ? "https" : "http", called), false);
    }

    /** Whether the client is on this machine, with no proxy in between. */
    public boolean loopback() {
        return direct && Cidr.address(address).map(InetAddress::isLoopbackAddress).orElse(false);
    }

    // Proxies append on the right: the first from there that is no named proxy is the client.
    private static String client(HttpConfig config, String peer, String forwardedFor) {
        String[] hops = forwardedFor.split(",", -1);
        String client = peer;
        for (int i = hops.length - 1; i >= 0; i--) {
            String hop = hops[i].strip();
            if (Cidr.address(hop).isEmpty()) {
                return client;
            }
            client = hop;
            if (!trusted(config.trustedProxies(), hop)) {
                return client;
            }
        }
        return client;
    }

    private static boolean trusted(List<Cidr> proxies, String address) {
        return !proxies.isEmpty()
                && Cidr.address(address)
                        .map(a -> proxies.stream().anyMatch(p -> p.contains(a)))
                        .orElse(false);
    }

    private static String base(HttpConfig config, String scheme, @Nullable String host) {
        if (!config.publicUrl().isEmpty()) {
            return config.publicUrl();
        }
        return host != null && WireUrl.isEndpoint(host) ? scheme + "://" + host : "";
    }
}
