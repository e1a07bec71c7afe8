package io.slipway.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SessionConfigTest {

    /** One account never takes all the sessions that a small machine has. */
    @ParameterizedTest
    @CsvSource({
        "25000, 0, 1000000, 25000, 20000",
        "25000, 0, 1000, 900, 720",
        "25000, 0, 1, 1, 1",
        "25000, 500, 1000, 900, 500",
        "25000, 5000, 1000, 900, 900",
        "10, 0, 1000, 10, 8",
    })
    void anAccountHasFourFifthsOfWhatTheConnectionsAllow(
            int most, int perAccount, int connections, int affordable, int each) {
        Duration time = Duration.ofMinutes(1);
        var read = new SessionConfig(true, time, time, time, time, most, perAccount, 1, null);
        var config = read.within(connections);
        assertThat(config.most()).isEqualTo(affordable);
        assertThat(config.mostPerAccount()).isEqualTo(each);
    }
}
