package io.slipway.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class LatenciesTest {

    @Test
    void percentilesAreOfAllThatWasAdded() {
        var latencies = new Latencies();
        for (int i = 1; i <= 1_000; i++) {
            latencies.add(i * 100_000L);
        }
        assertThat(latencies.count()).isEqualTo(1_000);
        assertThat(latencies.millis(0.5)).isCloseTo(50, within(0.02));
        assertThat(latencies.millis(0.99)).isCloseTo(99, within(0.02));
        assertThat(latencies.millis(1)).isEqualTo(100);
        assertThat(latencies.max()).isEqualTo(100);
    }

    @Test
    void whatTakesOverASecondCountsAsTheLongest() {
        var latencies = new Latencies();
        latencies.add(5_000);
        latencies.add(3_000_000_000L);
        assertThat(latencies.millis(0.5)).isEqualTo(0.01);
        assertThat(latencies.millis(0.99)).isEqualTo(3_000);
    }

    @Test
    void ofNothingTheyAreZero() {
        assertThat(new Latencies().millis(0.99)).isZero();
    }
}
