package io.slipway.bench.speech;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.slipway.bench.SmallRun;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SpeechBenchTest {

    @TempDir private Path folder;

    @Test
    void everyWorkIsMeasured() throws IOException {
        SmallRun tried =
                SmallRun.run(
                        folder,
                        SpeechOptions.arguments(),
                        (options, home, how, out) -> new SpeechBench(options, folder, out).run());
        for (SpeechWork work : SpeechWork.values()) {
            assertThat(tried.text()).containsPattern(work.title() + " +[0-9]");
            JsonNode cost = tried.figures().path(work.name().toLowerCase(Locale.ROOT));
            assertThat(cost.path("cpuMicros").asDouble()).as(work.title()).isPositive();
            assertThat(cost.path("kilobytes").asDouble()).as(work.title()).isPositive();
        }
    }
}
