package io.slipway.files;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@EnabledOnOs({OS.LINUX, OS.MAC})
class PrivateFilesTest {

    @TempDir Path folder;

    @ParameterizedTest
    @CsvSource({
        "rw-r--r--, rw-------",
        "rw----r--, rw-------",
        "rw-------, rw-------",
        "r--------, r--------",
    })
    void aFileIsTakenAwayFromOthersOnly(String before, String after) throws IOException {
        Path file = Files.createFile(folder.resolve("file"));
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(before));
        PrivateFiles.secure(file);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo(after);
    }

    @Test
    void aNewFileIsPrivateFromTheStart() throws IOException {
        Path file = folder.resolve("new");
        PrivateFiles.restrict(file);
        assertThat(file).doesNotExist();
        PrivateFiles.secure(file);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
    }

    /** As on FAT: a file that everybody can read, whose permissions nobody can change. */
    @Test
    @EnabledOnOs(OS.LINUX)
    void aFileSystemThatRefusesIsNoError() throws IOException {
        Path file = Path.of("/proc/self/status");
        var before = Files.getPosixFilePermissions(file);
        assertThat(PosixFilePermissions.toString(before)).isEqualTo("r--r--r--");
        PrivateFiles.restrict(file);
        assertThat(Files.getPosixFilePermissions(file)).isEqualTo(before);
    }
}
