package io.slipway.work;

import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.TestClock;
import io.slipway.http.Peer;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A proxy is not a client (decisions D2). */
class OriginsTest {

    private final TestClock clock = new TestClock();
    private final Origins origins = new Origins(clock);

    private static Peer direct(String address) {
        return new Peer(address, "", false, "", "");
    }

    private static Peer unnamed(String address, String claimed) {
        return new Peer(address, "", true, claimed, "");
    }

    @ParameterizedTest
    @CsvSource({
        "127.0.0.1, 203.0.113.7, 203.0.113.7",
        "10.0.0.8, 2001:db8:1:2::5, 2001:db8:1:2::/64",
        "fd00::8, 203.0.113.7, 203.0.113.7",
        "fe80::8, 203.0.113.7, 203.0.113.7",
        "192.168.1.8, ::ffff:203.0.113.7, 203.0.113.7"
    })
    void addressesFromAPrivateProxyCountForLimitsOnly(
            String proxy, String claimed, String network) {
        Origin origin = origins.of(unnamed(proxy, claimed));
        assertThat(origin.address()).isEqualTo(proxy);
        assertThat(origin.network()).isEqualTo(network);
        assertThat(origin.via()).isEqualTo(Throttles.network(proxy));
        assertThat(origin.limits("x", 10))
                .containsExactly(
                        new Throttles.Limit("x:" + network, 10),
                        new Throttles.Limit("x:via:" + Throttles.network(proxy), 500));
        assertThat(origins.unnamed()).containsExactly(proxy);
        clock.advance(Duration.ofHours(25));
        assertThat(origins.unnamed()).isEmpty();
    }

    @Test
    void forwardingHeadersFromAPublicAddressAreNotTrusted() {
        Origin origin = origins.of(unnamed("198.51.100.9", "203.0.113.7"));
        assertThat(origin).isEqualTo(Origin.of("198.51.100.9"));
        assertThat(origins.unnamed()).isEmpty();
    }

    @Test
    void anAddressThatManyDevicesCallFromIsAProxyThatSaysNothing() {
        Peer gateway = direct("10.0.0.8");
        for (int i = 0; i < Origins.PAIRS; i++) {
            origins.saw(gateway, i);
            origins.saw(gateway, i);
        }
        assertThat(origins.of(gateway)).isEqualTo(Origin.of("10.0.0.8"));
        origins.saw(gateway, 99);
        assertThat(origins.of(gateway)).isEqualTo(new Origin("10.0.0.8", "", ""));
        assertThat(origins.of(gateway).limits("x", 10)).isEmpty();
        assertThat(origins.of(direct("10.0.0.9"))).isEqualTo(Origin.of("10.0.0.9"));
        clock.advance(Duration.ofHours(25));
        assertThat(origins.of(gateway)).isEqualTo(Origin.of("10.0.0.8"));
    }

    @Test
    void aPublicAddressIsNeverOneHoweverManyCallFromIt() {
        Peer school = direct("203.0.113.7");
        for (int i = 0; i < 1_000; i++) {
            origins.saw(school, i);
        }
        assertThat(origins.of(school)).isEqualTo(Origin.of("203.0.113.7"));
    }
}
