package io.slipway.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThatCode;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckinBenchTest {

    @TempDir private Path folder;

    @Test
    void firstCheckInsAfterAnImportGoThroughAllOfIt() throws IOException {
        assumeThatCode(() -> Wrk.find(false, folder, folder, System.out))
                .doesNotThrowAnyException();
        Path json = folder.resolve("figures.json");
        BenchOptions options =
                BenchOptions.parse(
                        "--phases=import",
                        "--devices=300",
                        "--imported=40000",
                        "--seconds=1",
                        "--warmup=0",
                        "--runs=1",
                        "--starts=1",
                        "--json=" + json);
        Tried tried =
                Tried.run(
                        json,
                        (home, how, out) ->
                                new CheckinBench(options, home, folder, how, out).run());
        assertThat(tried.text())
                .containsPattern("(?m)^bare +import +[0-9]")
                .containsPattern("(?m)^slipway +import +[0-9]")
                .containsPattern("(?m)^reached +bindings durable through kill -9 +[0-9]");
        JsonNode ours = tried.figures().at("/stores/0");
        assertThat(ours.at("/figures/0/slipway/requestsPerSecond").asDouble()).isPositive();
        assertThat(ours.path("bindingsShown").asLong()).isPositive();
        assertThat(ours.path("bindingsFoundAfterKill").asLong())
                .isGreaterThanOrEqualTo(ours.path("bindingsShown").asLong());
    }
}
