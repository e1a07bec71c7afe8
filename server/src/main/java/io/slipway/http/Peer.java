package io.slipway.http;

import io.slipway.protocol.WireUrl;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * Where a request came from and which address it was sent to, considering proxies that the settings
 * name.
 *
 * @param address the client's IP address as text
 * @param base {@code scheme://host[:port]} as the client knows this server; {@code ""} if its Host
 *     header is unusable for a device
 * @param hidden whether the address is a proxy's, because the settings don't name it or because it
 *     does not report its client
 * @param claimed the client address reported by a proxy that the settings don't name; {@code ""}
 *     for none. To be used for limits only
 * @param called {@code scheme://host[:port]} as addressed by this request, independent of the
 *     settings; {@code ""} as for {@code base}
 */
public record Peer(String address, String base, boolean hidden, String claimed, String called) {

    /** What a named proxy reported before HTTP, in the PROXY protocol. */
    public enum Preamble {
        /** Nothing. */
        NONE,
        /** A client, whose address replaces that of the connection. */
        CLIENT,
        /** The connection is the proxy's own, or that of an unknown client. */
        NOBODY
    }

    private record Called(String scheme, String host, String base) {}

    // All devices nearly always use the same host.
    private static volatile Called last = new Called("", "", "");

    /** The peer of a request, by the settings. */
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
     * @param socket the connection's address, or the one from a named proxy's preamble
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
            boolean hidden = forwarded || preamble == Preamble.NOBODY;
            return of(config, peer, called("http", host), hidden, claimed);
        }
        boolean tls = forwardedProto != null && forwardedProto.equalsIgnoreCase("https");
        String called =
                called(tls ? "https" : "http", forwardedHost == null ? host : forwardedHost);
        return forwardedFor == null
                ? of(config, peer, called, true, "")
                : of(config, client(config, peer, forwardedFor), called, false, "");
    }

    private static Peer of(
            HttpConfig config, String address, String called, boolean hidden, String claimed) {
        String base = config.publicUrl().isEmpty() ? called : config.publicUrl();
        return new Peer(address, base, hidden, claimed, called);
    }

    /** The address, with a mark if it is a proxy's: that never equals a client's. */
    public String origin() {
        return hidden ? "via " + address : address;
    }

    private static String last(String forwardedFor) {
        String hop = forwardedFor.substring(forwardedFor.lastIndexOf(',') + 1).strip();
        return Cidr.address(hop).isPresent() ? hop : "";
    }

    // Proxies append on the right: the first one from there that is not a named proxy is the
    // client.
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
