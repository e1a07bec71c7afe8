package io.slipway.http;

import io.slipway.protocol.WireUrl;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.SocketAddress;
import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/**
 * Where a request came from and which address it called, after proxies that the settings name.
 *
 * @param address the client's IP address, textual
 * @param base {@code scheme://host[:port]} as the client knows this server; {@code ""} when its
 *     Host header is none that a device could use
 * @param direct whether no proxy, named or not, had a hand in it
 * @param hidden whether the address is a proxy's, because the settings don't name it or because it
 *     does not say for whom it calls
 * @param claimed the last address that a proxy says it calls for which the settings don't name;
 *     {@code ""} for none. Nothing but limits may go by it
 * @param called {@code scheme://host[:port]} that this very request named, whatever the settings
 *     say; {@code ""} as for {@code base}
 */
public record Peer(
        String address,
        String base,
        boolean direct,
        boolean hidden,
        String claimed,
        String called) {

    /** What a named proxy said of a connection before HTTP, in the PROXY protocol. */
    public enum Preamble {
        /** Nothing. */
        NONE,
        /** A client, whose address is that of the connection from then on. */
        CLIENT,
        /** That the connection is the proxy's own, or of somebody whom it can't name. */
        NOBODY
    }

    private record Called(String scheme, String host, String base) {}

    // All devices call one host, nearly always.
    private static volatile Called last = new Called("", "", "");

    /** Of a request, as the settings have it. */
    public static Peer of(HttpConfig config, HttpServerRequest request, Preamble preamble) {
        SocketAddress remote = request.remoteAddress();
        return of(
                config,
                remote == null ? null : remote.hostAddress(),
                preamble,
                request.getHeader(HeaderNames.HOST),
                request.getHeader(HeaderNames.FORWARDED_FOR),
                request.getHeader(HeaderNames.FORWARDED_PROTO),
                request.getHeader(HeaderNames.FORWARDED_HOST),
                request.getHeader(HeaderNames.FORWARDED) != null
                        || request.getHeader(HeaderNames.REAL_IP) != null
                        || request.getHeader(HeaderNames.VIA) != null);
    }

    /**
     * @param socket whom the connection is from, as a named proxy's preamble has it if there is one
     * @param otherMark whether there is another header that only proxies send
     */
    static Peer of(
            HttpConfig config,
            @Nullable String socket,
            Preamble preamble,
            @Nullable String host,
            @Nullable String forwardedFor,
            @Nullable String forwardedProto,
            @Nullable String forwardedHost,
            boolean otherMark) {
        String peer = socket == null ? "unknown" : socket;
        boolean forwarded =
                forwardedFor != null
                        || forwardedProto != null
                        || forwardedHost != null
                        || otherMark;
        if (!forwarded || !config.isProxy(peer)) {
            String claimed = forwardedFor == null ? "" : last(forwardedFor);
            boolean direct = !forwarded && preamble == Preamble.NONE;
            boolean hidden = forwarded || preamble == Preamble.NOBODY;
            return of(config, peer, called("http", host), direct, hidden, claimed);
        }
        boolean tls = forwardedProto != null && forwardedProto.equalsIgnoreCase("https");
        String called =
                called(tls ? "https" : "http", forwardedHost == null ? host : forwardedHost);
        return forwardedFor == null
                ? of(config, peer, called, false, true, "")
                : of(config, client(config, peer, forwardedFor), called, false, false, "");
    }

    private static Peer of(
            HttpConfig config,
            String address,
            String called,
            boolean direct,
            boolean hidden,
            String claimed) {
        String base = config.publicUrl().isEmpty() ? called : config.publicUrl();
        return new Peer(address, base, direct, hidden, claimed, called);
    }

    /** The address, marked where it is a proxy's: that is never equal to a client's. */
    public String origin() {
        return hidden ? "via " + address : address;
    }

    /** Whether the client is on this machine, with no proxy in between. */
    public boolean loopback() {
        return direct && Cidr.address(address).map(InetAddress::isLoopbackAddress).orElse(false);
    }

    private static String last(String forwardedFor) {
        String hop = forwardedFor.substring(forwardedFor.lastIndexOf(',') + 1).strip();
        return Cidr.address(hop).isPresent() ? hop : "";
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
            if (!config.isProxy(hop)) {
                return client;
            }
        }
        return client;
    }

    private static String called(String scheme, @Nullable String host) {
        if (host == null) {
            return "";
        }
        Called known = last;
        if (!known.host.equals(host) || !known.scheme.equals(scheme)) {
            known = new Called(scheme, host, WireUrl.isEndpoint(host) ? scheme + "://" + host : "");
            last = known;
        }
        return known.base;
    }
}
