package io.slipway.bench.checkin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class SupplyTest {

    private static Measurement seen(long requests, double seconds, long used, int dry) {
        return new Measurement(
                requests,
                seconds,
                new Measurement.Times(1, 2, 3),
                new Measurement.Answers(0, 0, requests, used, dry, ""),
                new Measurement.Cpu(0, 0));
    }

    @Test
    void whatIsLeftIsSharedAmongTheRunsToCome() {
        var supply = new Supply("--imported", 200_000, 5);
        assertThat(supply.seconds(60)).isEqualTo(4);
        supply.used(seen(8_000, 4, 8_010, 0));
        // Measured: 2,000 a second, so 3,000 are expected; 191,990 for four runs.
        assertThat(supply.seconds(60)).isEqualTo(15);
        assertThat(supply.seconds(7)).isEqualTo(7);
        assertThat(supply.next()).isEqualTo(8_010);
    }

    @Test
    void tooFewAreAnErrorThatNamesHowMany() {
        var supply = new Supply("--imported", 20_000, 5);
        assertThatThrownBy(() -> supply.seconds(3))
                .isInstanceOf(Supply.Dry.class)
                .hasMessageContaining("--imported 20000 is too few for 5 runs")
                .hasMessageContaining("need --imported 60000");
    }

    @Test
    void aRunThatRanOutIsAnError() {
        var supply = new Supply("--imported", 100_000, 2);
        assertThat(supply.seconds(3)).isEqualTo(3);
        assertThatThrownBy(() -> supply.used(seen(100_000, 3, 100_000, 2)))
                .isInstanceOf(Supply.Dry.class)
                .hasMessageContaining("at up to 50,000 a second");
    }
}
