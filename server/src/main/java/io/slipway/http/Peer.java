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
 * @param base {@code scheme://host[:port][/path]} as the client knows this server; {@code ""} if
 *     its Host header is unusable for a device
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
                scheme(config, request),
                request.getHeader(HeaderNames.HOST),
                Forwarding.of(request.headers()));
    }

    /** Whether a request was sent by HTTPS, to this server or to a proxy that the settings name. */
    public static boolean secure(HttpConfig config, HttpServerRequest request) {
        if (scheme(config, request).equals("https")) {
            return true;
        }
        // What named a client is not the proxy.
        SocketAddress remote = request.remoteAddress();
        String peer = remote == null ? null : remote.hostAddress();
        Forwarding forwarding =
                peer != null && config.isProxy(peer) ? Forwarding.of(request.headers()) : null;
        return forwarding != null
                && forwarding.reported(config::isProxy, null, "http").scheme().equals("https");
    }

    private static String scheme(HttpConfig config, HttpServerRequest request) {
        return config.tls() != null && request.isSSL() ? "https" : "http";
    }

    /** What was called if everything that the headers report is true; empty if unusable. */
    static String reported(HttpServerRequest request) {
        Forwarding forwarding = Forwarding.of(request.headers());
        String host = request.getHeader(HeaderNames.HOST);
        String scheme = request.isSSL() ? "https" : "http";
        if (forwarding == null) {
            return called(scheme, host);
        }
        Forwarding.ReportedAddress reported = forwarding.reported(address -> false, host, scheme);
        return called(reported.scheme(), reported.authority());
    }

    /**
     * @param socket the connection's address, or the one from a named proxy's preamble
     * @param scheme of the connection
     * @param forwarding what its headers report; null for none
     */
    static Peer of(
            HttpConfig config,
            @Nullable String socket,
            Preamble preamble,
            String scheme,
            @Nullable String host,
            @Nullable Forwarding forwarding) {
        String peer = socket == null ? "unknown" : socket;
        if (forwarding == null) {
            boolean hidden = preamble == Preamble.NOBODY;
            return of(config, peer, called(scheme, host), hidden, "");
        }
        Forwarding.ReportedAddress reported = forwarding.reported(config::isProxy, host, scheme);
        if (!config.isProxy(peer)) {
            return of(config, peer, called(scheme, host), true, reported.nearest());
        }
        String called = called(reported.scheme(), reported.authority());
        String client = reported.client();
        return client == null
                ? of(config, peer, called, true, "")
                : of(config, client, called, false, "");
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
