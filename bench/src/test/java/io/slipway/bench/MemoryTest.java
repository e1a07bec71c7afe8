package io.slipway.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.slipway.bench.sessions.IdleRun;
import org.junit.jupiter.api.Test;

class MemoryTest {

    @Test
    void theHeapIsTheHistogramsTotal() {
        String said =
                """
                4711:
                 num     #instances         #bytes  class name (module)
                -------------------------------------------------------
                   1:        391231       17755632  [B (java.base@25.0.3)
                Total       2161331      104463128
                """;
        assertThat(Memory.heap(said)).isEqualTo(104_463_128);
        assertThatThrownBy(() -> Memory.heap("4711:\njava.io.IOException: no such process"))
                .isInstanceOf(BenchFailure.class);
    }

    @Test
    void offHeapIsAllThatIsCommittedButTheHeap() {
        String said =
                """
                4711:

                Native Memory Tracking:

                Total: reserved=1825700KB, committed=483892KB
                       malloc: 22188KB #137984, peak=51023KB #120052

                -                 Java Heap (reserved=393216KB, committed=393216KB)
                                            (mmap: reserved=393216KB, committed=393216KB, at peak)

                -                     Class (reserved=1049144KB, committed=6584KB)
                """;
        assertThat(Memory.offHeap(said)).isEqualTo((483_892L - 393_216) * 1024);
        assertThatThrownBy(() -> Memory.offHeap("4711:\nNative memory tracking is not enabled"))
                .isInstanceOf(BenchFailure.class)
                .hasMessageContaining("not enabled");
    }

    @Test
    void sessionsShareTheDifference() {
        var found =
                new IdleRun.IdleFigures(
                        100,
                        1,
                        new Memory(1_000_000, 500_000, 9_000_000),
                        new Memory(1_600_000, 510_000, 9_700_000),
                        new Memory(1_020_000, 500_000, 9_700_000),
                        10);
        assertThat(found.heap()).isEqualTo(6);
        assertThat(found.offHeap()).isEqualTo(0.1);
        assertThat(found.process()).isEqualTo(7);
        assertThat(found.left()).isEqualTo(0.2);
    }
}
