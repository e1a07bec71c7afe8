package io.slipway.activation;

import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.work.Throttles;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which viewers are near, by the stored networks of code requests. */
class NeighbourhoodTest {

    @ParameterizedTest
    @CsvSource({
        "192.168.1.7,192.168.1.",
        "10.0.0.1,10.0.0.",
        "127.0.0.1,127.0.0.",
        "203.0.113.9,203.0.113.9",
        "100.64.0.1,100.64.0.1",
        "2001:db8:1:2:3:4:5:6,2001:db8:1:2::/64",
        "via 203.0.113.9,''",
        "unknown,''"
    })
    void whoIsNear(String address, String network) {
        String stored = Throttles.network(address);
        assertThat(Neighbourhood.ofStored(stored).map(Neighbourhood::network).orElse(""))
                .isEqualTo(network);
    }
}
