package io.slipway.bench.checkin;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class ThreadKindTest {

    @Test
    void kindsAreRecognisedByTheKernelsNames() {
        assertThat(ThreadKind.of("vert.x-..read-0")).isEqualTo("event loops");
        assertThat(ThreadKind.of("ForkJoi..rker-1")).isEqualTo("virtual threads");
        assertThat(ThreadKind.of("sqlite-writer")).isEqualTo("database");
        assertThat(ThreadKind.of("VM Thread")).isEqualTo("collector");
        assertThat(ThreadKind.of("C2 Comp..hread0")).isEqualTo("compiler");
        assertThat(ThreadKind.of("Signal ..patcher")).isEqualTo("other");
    }

    @Test
    void onlyWhatWasUsedBetweenTheLooksCounts() {
        var before =
                Map.of(
                        1L, new ThreadKind.Used("VM Thread", 100),
                        2L, new ThreadKind.Used("gone", 1_000));
        var after =
                Map.of(
                        1L, new ThreadKind.Used("VM Thread", 150),
                        3L, new ThreadKind.Used("vert.x-..read-0", 7));
        assertThat(ThreadKind.between(before, after))
                .containsEntry("collector", 50.0)
                .containsEntry("event loops", 7.0)
                .containsEntry("other", 0.0);
    }

    @Test
    void thisProcessHasThreadsThatHaveRun() {
        var used = ThreadKind.Used.of(ProcessHandle.current().pid());
        assertThat(used.values()).anySatisfy(one -> assertThat(one.nanos()).isPositive());
    }
}
