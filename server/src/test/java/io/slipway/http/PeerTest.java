package io.slipway.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class PeerTest {

    private static final String PROXY = "10.0.0.9";

    private static Peer of(
            String socket, String forwardedFor, String proto, boolean otherMark, String url) {
        var proxies = List.of(Cidr.parse(PROXY).orElseThrow());
        var config = new HttpConfig("0.0.0.0", 0, proxies, url, Duration.ofSeconds(30), 0, 65_536);
        return Peer.of(
                config,
                socket,
                Peer.Preamble.NONE,
                "http",
                "h.example:81",
                headers(forwardedFor, proto, otherMark));
    }

    private static Peer after(Peer.Preamble preamble, String socket, String forwardedFor) {
        var proxies = List.of(Cidr.parse("127.0.0.0/8").orElseThrow());
        var config = new HttpConfig("0.0.0.0", 0, proxies, "", Duration.ofSeconds(30), 0, 65_536);
        return Peer.of(config, socket, preamble, "http", "h", headers(forwardedFor, null, false));
    }

    private static Forwarding headers(String forwardedFor, String proto, boolean otherMark) {
        return forwardedFor == null && proto == null && !otherMark
                ? null
                : new Forwarding(forwardedFor, proto, null, null, null, otherMark);
    }

    @Test
    void aProxysPreambleSaysWhetherThereIsAClient() {
        assertThat(after(Peer.Preamble.NONE, "127.0.0.1", null).hidden()).isFalse();
        Peer client = after(Peer.Preamble.CLIENT, "127.0.0.1", null);
        assertThat(client.hidden()).isFalse();
        Peer nobody = after(Peer.Preamble.NOBODY, "127.0.0.1", null);
        assertThat(nobody.origin()).isEqualTo("via 127.0.0.1");
        Peer forwarded = after(Peer.Preamble.NOBODY, "127.0.0.1", "192.0.2.1");
        assertThat(forwarded.origin()).isEqualTo("192.0.2.1");
        assertThat(after(Peer.Preamble.CLIENT, "192.0.2.1", "192.0.2.2").address())
                .isEqualTo("192.0.2.1");
    }

    @Test
    void anAddressIsAClientsUnlessAProxyHidesIt() {
        Peer direct = of("192.0.2.1", null, null, false, "");
        assertThat(direct.hidden()).isFalse();
        assertThat(direct.origin()).isEqualTo("192.0.2.1");

        Peer named = of(PROXY, "192.0.2.1", "https", false, "");
        assertThat(named.hidden()).isFalse();
        assertThat(named.origin()).isEqualTo("192.0.2.1");
        assertThat(named.called()).isEqualTo("https://h.example:81");

        // An unnamed proxy: whatever it reports, or any other trace of it.
        for (Peer unnamed :
                List.of(
                        of("10.0.0.8", "192.0.2.1", null, false, ""),
                        of("10.0.0.8", null, "https", false, ""),
                        of("10.0.0.8", null, null, true, ""))) {
            assertThat(unnamed.hidden()).isTrue();
            assertThat(unnamed.address()).isEqualTo("10.0.0.8");
            assertThat(unnamed.origin()).isEqualTo("via 10.0.0.8");
            assertThat(unnamed.called()).isEqualTo("http://h.example:81");
        }
        // A named proxy that doesn't report its client.
        assertThat(of(PROXY, null, "https", false, "").hidden()).isTrue();
    }

    @Test
    void calledHostsAreKnownInAdditionToTheSetting() {
        Peer peer = of("192.0.2.1", null, null, false, "https://set.example");
        assertThat(peer.base()).isEqualTo("https://set.example");
        assertThat(peer.called()).isEqualTo("http://h.example:81");
    }
}
