package io.slipway.bench.rollout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.slipway.bench.SmallRun;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RolloutBenchTest {

    @TempDir private Path folder;

    @Test
    void theDefaultsAreThoseOfTheFiguresThatCount() {
        RolloutOptions options = RolloutOptions.arguments().read();
        assertThat(options.devices()).isEqualTo(1_000_000);
        assertThat(options.offers()).isEqualTo(200_000);
        assertThat(options.phases()).containsExactlyInAnyOrder(RolloutOptions.Part.values());
        assertThat(options.runs()).isEqualTo(3);
        assertThat(options.json()).isNull();
    }

    @Test
    void allErrorsAreReportedInOneLine() {
        assertThatThrownBy(() ->
                        RolloutOptions.arguments().read("--offers=1", "--wrk", "--phases=plan,x"))
                .hasMessage(
                        "--offers is 1 instead of a whole number from 100 to 8388608;"
                                + " unknown option --wrk;"
                                + " --phases has x instead of offers, checkins or plan");
    }

    @Test
    void aRolloutOverAFewDevicesIsPlanned() throws IOException {
        SmallRun tried =
                SmallRun.run(
                        folder,
                        RolloutOptions.arguments(),
                        (options, home, how, out) ->
                                new RolloutBench(options, home, folder, how, out).run(),
                        "--phases=plan",
                        "--devices=300");
        assertThat(tried.text()).containsPattern("(?m)eached +created and started, s");
        assertThat(tried.figures().at("/plan/reachable").asInt()).isEqualTo(300);
    }

    // Long: it waits until offers that were granted before a kill have expired.
    @Test
    @Tag("long")
    void aFewDevicesGoThroughAllOfIt() throws IOException {
        SmallRun tried =
                SmallRun.run(
                        folder,
                        RolloutOptions.arguments(),
                        (options, home, how, out) ->
                                new RolloutBench(options, home, folder, how, out).run(),
                        "--offers=300",
                        "--devices=300");
        assertThat(tried.text())
                .contains("offers durable through kill -9   300 shown, 300 found")
                .containsPattern("(?m)^20 rollouts +[0-9]")
                .containsPattern("(?m)eached +created and started, s");
        JsonNode figures = tried.figures();
        assertThat(figures.at("/offers/offers").asInt()).isEqualTo(300);
        assertThat(figures.at("/offers/latency/p50Ms").asDouble()).isPositive();
        assertThat(figures.at("/checkIns/reached").asInt()).isLessThan(100);
        assertThat(figures.at("/checkIns/with/0/perSecond").asDouble()).isPositive();
        assertThat(figures.at("/plan/reachable").asInt()).isEqualTo(300);
        assertThat(figures.at("/plan/runs/0/counted").asDouble()).isPositive();
    }
}
