package io.slipway.files;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DiskSpaceTest {

    @TempDir private Path folder;

    /** In MB, of file systems from a memory card to a large disk. */
    @ParameterizedTest
    @CsvSource({
        "4000000, 10000, OK",
        "4000000, 9999, LOW",
        "100000, 5000, OK",
        "100000, 4999, LOW",
        "100000, 32, LOW",
        "100000, 31, FULL",
        "4000, 500, OK",
        "4000, 499, LOW",
        "1000, 250, OK",
        "1000, 249, LOW",
        "1000, 10, LOW",
        "1000, 9, FULL",
        "0, 0, OK",
    })
    void whatIsLowDependsOnTheDisk(long total, long free, DiskSpace.Room room) {
        var some =
                new DiskSpace.FolderSpace(
                        DiskSpace.Use.DATA, free * 1_000_000, total * 1_000_000, true);
        assertThat(some.room()).isEqualTo(room);
    }

    @Test
    void aFolderThatIsGoneIsNotAFullDisk() {
        var disks = new DiskSpace(folder, folder.resolve("gone/firmware"));
        assertThat(disks.folders())
                .extracting(DiskSpace.FolderSpace::use)
                .containsExactly(DiskSpace.Use.DATA, DiskSpace.Use.FIRMWARE);
        assertThat(disks.folders().getLast().totalBytes()).isPositive();
        assertThat(new DiskSpace(folder, null).folders()).hasSize(1);
    }

    /** As with a network mount whose server is gone. */
    @Test
    void aFileSystemThatDoesNotAnswerIsUnknownAndAskedOnce() {
        var gone = new CountDownLatch(1);
        var asked = new AtomicInteger();
        var disks =
                new DiskSpace(
                        folder,
                        folder.resolve("mount"),
                        (use, path) -> {
                            if (use == DiskSpace.Use.FIRMWARE) {
                                asked.incrementAndGet();
                                waitFor(gone);
                            }
                            return new DiskSpace.FolderSpace(use, 50_000_000_000L, 1L << 40, true);
                        },
                        Duration.ofMillis(50));
        for (int i = 0; i < 3; i++) {
            assertThat(disks.folders().getLast())
                    .isEqualTo(new DiskSpace.FolderSpace(DiskSpace.Use.FIRMWARE, 0, 0, false));
            assertThat(disks.worst()).isEqualTo(DiskSpace.Room.UNKNOWN);
        }
        assertThat(asked).hasValue(1);
        gone.countDown();
        // It has come back; until the first answer is there, it is still unknown.
        int looks = 0;
        while (disks.worst() != DiskSpace.Room.OK) {
            assertThat(++looks).isLessThan(10_000_000);
        }
        assertThat(asked.get()).isGreaterThan(1);
    }

    @Test
    void aFailureIsUnknownToo() {
        var disks =
                new DiskSpace(
                        folder,
                        null,
                        (use, path) -> {
                            throw new SecurityException();
                        },
                        Duration.ofSeconds(20));
        assertThat(disks.worst()).isEqualTo(DiskSpace.Room.UNKNOWN);
    }

    private static void waitFor(CountDownLatch gone) {
        try {
            gone.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
