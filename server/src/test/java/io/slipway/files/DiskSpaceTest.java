package io.slipway.files;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
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
                new DiskSpace.FolderSpace(DiskSpace.Use.DATA, free * 1_000_000, total * 1_000_000);
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
}
