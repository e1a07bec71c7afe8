package io.slipway.bench.checkin;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ServerLogTest {

    @TempDir private Path folder;

    private Path file;

    @BeforeEach
    void begin() throws IOException {
        file = Files.writeString(folder.resolve("log"), "1 INFO a: b\n2 WARNING a: first\n");
    }

    private void more(String text) throws IOException {
        Files.writeString(file, text, StandardOpenOption.APPEND);
    }

    @Test
    void warningsAreReportedOnce() throws IOException {
        var log = new ServerLog(file);
        assertThat(log.warnings()).containsExactly("2 WARNING a: first");
        more("3 SEVERE a: second\n");
        assertThat(log.warnings()).containsExactly("3 SEVERE a: second");
        more("4 WARNING a: while counting\n");
        log.skip();
        assertThat(log.warnings()).isEmpty();
    }

    @Test
    void theLastWordsAreThoseThatExplain() throws IOException {
        var log = new ServerLog(file);
        assertThat(log.lastWords()).isEqualTo("2 WARNING a: first");
        more("x.FlywayException: not known\n\tat x.Y\n");
        assertThat(log.lastWords()).isEqualTo("x.FlywayException: not known");
    }
}
