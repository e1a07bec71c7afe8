package io.slipway.refused;

import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.TestClock;
import java.time.Duration;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class LateAnswersTest {

    private final TestClock clock = new TestClock();
    private final LateAnswers late = new LateAnswers(clock, 100);

    private long[] delays(String network, int count) {
        return IntStream.range(0, count).mapToLong(i -> late.delay(network)).toArray();
    }

    @Test
    void aRepeatedlyRefusedClientWaitsLongerEachTime() {
        assertThat(delays("192.0.2.1", 10))
                .containsExactly(0, 0, 0, 250, 500, 1000, 2000, 4000, 5000, 5000);
        assertThat(delays("192.0.2.2", 3)).as("no other address").containsOnly(0);
        assertThat(delays("192.0.2.1", 200)).containsOnly(5000);
        clock.advance(Duration.ofSeconds(59));
        assertThat(late.delay("192.0.2.1")).isEqualTo(5000);
        clock.advance(Duration.ofSeconds(1));
        assertThat(delays("192.0.2.1", 4)).containsExactly(0, 0, 0, 250);
    }
}
