package io.slipway.bench.sessions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.slipway.bench.SmallRun;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SessionsBenchTest {

    @TempDir private Path folder;

    @Test
    void theDefaultsAreThoseOfTheFiguresThatCount() {
        SessionsOptions options = SessionsOptions.arguments().read();
        assertThat(options.idle()).isEqualTo(20_000);
        assertThat(options.talking()).isEqualTo(1_000);
        assertThat(options.runs()).isEqualTo(3);
        assertThat(options.phases()).containsExactlyInAnyOrder(SessionsOptions.Part.values());
        assertThat(options.json()).isNull();
    }

    @Test
    void allErrorsAreReportedInOneLine() {
        assertThatThrownBy(() ->
                        SessionsOptions.arguments().read("--idle=0", "--phases=walk", "--wrk"))
                .hasMessage(
                        "--idle is 0 instead of a whole number from 1 to 1000000;"
                                + " --phases has walk instead of idle or talk;"
                                + " unknown option --wrk");
    }

    @Test
    void aFewSessionsTalk() throws IOException {
        SmallRun tried =
                SmallRun.run(
                        folder,
                        SessionsOptions.arguments(),
                        (options, home, how, out) ->
                                new SessionsBench(options, home, folder, how, out).run(),
                        "--phases=talk",
                        "--talking=20");
        assertThat(tried.text())
                .contains("20 sessions talking, a frame each way every 60 ms")
                .containsPattern("(?m)^slipway +[0-9]");
    }

    @Test
    @Tag("long")
    void aFewSessionsGoThroughAllOfIt() throws IOException {
        SmallRun tried =
                SmallRun.run(
                        folder,
                        SessionsOptions.arguments(),
                        (options, home, how, out) ->
                                new SessionsBench(options, home, folder, how, out).run(),
                        "--idle=20",
                        "--talking=20");
        assertThat(tried.text())
                .contains("20 idle sessions, opened in")
                .contains("20 sessions talking, a frame each way every 60 ms")
                .containsPattern("(?m)^slipway +[0-9]")
                .containsPattern("(?m)^added +")
                .containsPattern("(?m)^\\| 20 个空闲会话.*≤ 25 kB: ")
                .containsPattern("(?m)^\\| 每帧 CPU.*≤ 2.2 ×: ");

        JsonNode figures = tried.figures();
        JsonNode idle = figures.path("idle");
        assertThat(idle.path("sessions").asInt()).isEqualTo(20);
        assertThat(idle.at("/before/heap").asLong()).isPositive();
        assertThat(idle.at("/with/heap").asLong()).isPositive();
        assertThat(idle.at("/with/offHeap").asLong()).isPositive();
        assertThat(idle.at("/with/process").asLong()).isPositive();
        JsonNode talk = figures.path("talk");
        assertThat(talk.at("/relay/0/sessions").asInt()).isEqualTo(20);
        assertThat(talk.at("/bareEcho/0/sessions").asInt()).isEqualTo(40);
        assertThat(talk.at("/relay/0/bad").asLong(-1)).isZero();
        long both = talk.at("/relay/0/said").asLong() + talk.at("/relay/0/heard").asLong();
        assertThat(talk.at("/relay/0/frames").asLong()).isPositive().isEqualTo(both);
        assertThat(talk.at("/relay/0/latency/p50Ms").asDouble()).isPositive();
        assertThat(talk.at("/direct/0/latency/p50Ms").asDouble()).isPositive();
        assertThat(talk.at("/direct/0/cpuMicrosPerFrame").asDouble(-1)).isNotNegative();
    }
}
