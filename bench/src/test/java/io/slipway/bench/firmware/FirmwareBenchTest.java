package io.slipway.bench.firmware;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThatCode;

import com.fasterxml.jackson.databind.JsonNode;
import io.slipway.bench.SmallRun;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FirmwareBenchTest {

    @TempDir private Path folder;

    @Test
    void theDefaultsAreThoseOfTheFiguresThatCount() {
        FirmwareOptions options = FirmwareOptions.arguments().read();
        assertThat(options.clients()).containsExactly(1, 100, 1000);
        assertThat(options.slow()).isEqualTo(1000);
        assertThat(options.runs()).isEqualTo(3);
        assertThat(options.json()).isNull();
    }

    @Test
    void allErrorsAreReportedInOneLine() {
        assertThatThrownBy(() ->
                        FirmwareOptions.arguments().read("--clients=1,x", "--wrk", "--runs=0"))
                .hasMessage(
                        "--clients is x instead of a whole number from 1 to 20000;"
                                + " unknown option --wrk;"
                                + " --runs is 0 instead of a whole number from 1 to 99");
    }

    @Test
    void aFewDownloadsGoThroughAllOfIt() throws IOException {
        assumeThatCode(Nginx::find).doesNotThrowAnyException();
        SmallRun tried =
                SmallRun.run(
                        folder,
                        FirmwareOptions.arguments(),
                        (options, home, how, out) ->
                                new FirmwareBench(options, home, folder, how, out).run(),
                        "--clients=1,5",
                        "--megabytes=1",
                        "--slow=5");
        assertThat(tried.text())
                .containsPattern("(?m)^nginx +5 +[0-9]")
                .containsPattern("(?m)^slipway +5 +[0-9]")
                .containsPattern("(?m)eached +MB more, 5 slow clients");
        JsonNode figures = tried.figures();
        assertThat(figures.at("/downloads/1/clients").asInt()).isEqualTo(5);
        assertThat(figures.at("/downloads/1/slipwayGbPerSecond").asDouble()).isPositive();
        assertThat(figures.at("/downloads/1/nginxGbPerSecond").asDouble()).isPositive();
    }
}
