package io.slipway.bench.checkin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThatCode;

import com.fasterxml.jackson.databind.JsonNode;
import io.slipway.bench.SmallRun;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckinBenchTest {

    @TempDir private Path folder;

    @Test
    void aFewCheckInsAreMeasured() throws IOException {
        assumeThatCode(() -> Wrk.find(true, folder, folder, 2, System.out))
                .doesNotThrowAnyException();
        SmallRun tried =
                SmallRun.whatever(
                        folder,
                        CheckinArguments.arguments(),
                        (options, home, how, out) ->
                                new CheckinBench(options, home, folder, how, null, out).run(),
                        "--phases=bound",
                        "--devices=300",
                        "--starts=0",
                        "--connections=2");
        assertThat(tried.text())
                .containsPattern("(?m)^bare +bound +[0-9]")
                .containsPattern("(?m)^slipway +bound +[0-9]")
                .containsPattern("(?m)^% of samples, database ");
        JsonNode ours = tried.figures().at("/stores/0/figures/0/slipway");
        assertThat(ours.path("requestsPerSecond").asDouble()).isPositive();
    }

    // Long: it fills in ninety thousand devices, for two builds.
    @Test
    @Tag("long")
    void firstCheckInsAfterAnImportGoThroughAllOfIt() throws IOException {
        assumeThatCode(() -> Wrk.find(true, folder, folder, 2, System.out))
                .doesNotThrowAnyException();
        SmallRun tried =
                SmallRun.whatever(
                        folder,
                        CheckinArguments.arguments(),
                        (options, home, how, out) ->
                                new CheckinBench(options, home, folder, how, how, out).run(),
                        "--phases=import",
                        "--devices=300",
                        "--imported=90000",
                        "--starts=1",
                        "--connections=2");
        assertThat(tried.text())
                .containsPattern("(?m)^bare +import +[0-9]")
                .containsPattern("(?m)^slipway +import +[0-9]")
                .containsPattern("(?m)^other +import +[0-9]")
                .containsPattern("(?m)^import, each +bare +slipway +other")
                .containsPattern("(?m)^bytes allocated +[0-9,]+ +[0-9,]+ +[0-9,]+")
                .containsPattern("(?m)^statements +- ")
                .containsPattern("(?m)^system calls +[0-9n]")
                .containsPattern("(?m)^% of samples, database ")
                .containsPattern("(?m)^reached +bindings durable through kill -9 +[0-9]");
        for (JsonNode one : tried.figures().path("stores")) {
            complete(one);
        }
        assertThat(tried.figures().at("/stores/1/server").asText()).isEqualTo("other");
    }

    private static void complete(JsonNode ours) {
        assertThat(ours.at("/figures/0/slipway/requestsPerSecond").asDouble()).isPositive();
        assertThat(ours.at("/counted/0/slipway/bytesAllocated").asDouble())
                .isGreaterThan(ours.at("/counted/0/bare/bytesAllocated").asDouble());
        assertThat(ours.at("/counted/0/slipway/cpuMicrosByThreads/database").asDouble())
                .isPositive();
        assertThat(ours.path("bindingsShown").asLong()).isPositive();
        assertThat(ours.path("bindingsFoundAfterKill").asLong())
                .isGreaterThanOrEqualTo(ours.path("bindingsShown").asLong());
    }
}
