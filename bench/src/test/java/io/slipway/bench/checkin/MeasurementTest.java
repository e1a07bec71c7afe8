package io.slipway.bench.checkin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;

class MeasurementTest {

    private static final String OUTPUT =
            """
            Running 4s test @ http://127.0.0.1:40000
              2 threads and 64 connections
              Thread Stats   Avg      Stdev     Max   +/- Stdev
                Latency     2.97ms    2.23ms  39.33ms   91.12%
            RESULT requests=80000 micros=4000000 p50=2810 p99=13080 max=39330 connect=1 read=2 \
            write=3 timeout=4 wrong=5 promises=6 used=7 dry=0
            WRONG 500 {"error":"Failed to read device auto_update status"}
            """;

    @Test
    void theResultLineIsRead() {
        Measurement m = Measurement.parse(OUTPUT);
        assertThat(m.requests()).isEqualTo(80_000);
        assertThat(m.perSecond()).isEqualTo(20_000);
        assertThat(m.p50()).isEqualTo(2.81);
        assertThat(m.p99()).isEqualTo(13.08);
        assertThat(m.max()).isEqualTo(39.33);
        assertThat(m.answers().failures()).isEqualTo(10);
        assertThat(m.answers().wrong()).isEqualTo(5);
        assertThat(m.answers().promises()).isEqualTo(6);
        assertThat(m.answers().used()).isEqualTo(7);
        assertThat(m.answers().dry()).isZero();
        assertThat(m.answers().sample())
                .isEqualTo("500 {\"error\":\"Failed to read device auto_update status\"}");
    }

    @Test
    void cpuIsGivenPerRequest() {
        Measurement m = Measurement.parse(OUTPUT).withCpu(2, 1);
        assertThat(m.cpuMicros()).isCloseTo(25, within(1e-9));
        assertThat(m.databaseCpuMicros()).isCloseTo(12.5, within(1e-9));
    }

    @Test
    void outputWithoutAResultIsAFailure() {
        assertThatThrownBy(() -> Measurement.parse("unable to connect to 127.0.0.1:1"))
                .hasMessageContaining("unable to connect");
    }

    @Test
    void noRequestsAreNoDivisionByZero() {
        Measurement none =
                Measurement.parse(
                        OUTPUT.replace("requests=80000 micros=4000000", "requests=0 micros=0"));
        assertThat(none.perSecond()).isZero();
        assertThat(none.withCpu(1, 1).cpuMicros()).isZero();
    }

    @Test
    void ratiosAreOfMedians() {
        Measurement m = Measurement.parse(OUTPUT);
        var figures =
                new Figures(
                        Phase.BOUND,
                        false,
                        List.of(m.withCpu(3, 0), m.withCpu(2, 0), m.withCpu(9, 0)),
                        List.of(m.withCpu(1, 0), m.withCpu(2, 0), m.withCpu(0.5, 0)));
        assertThat(figures.cpuRatio()).isCloseTo(3, within(1e-9));
        assertThat(figures.rateRatio()).isCloseTo(1, within(1e-9));
        assertThat(figures.bad()).isEqualTo(6 * 15);
    }
}
