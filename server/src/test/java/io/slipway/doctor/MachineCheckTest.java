package io.slipway.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.TestServer;
import io.slipway.doctor.DoctorFinding.Grade;
import io.slipway.sql.DatabaseConfig;
import io.slipway.sql.TestEngine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** With real files and databases. */
class MachineCheckTest {

    private static final Instant BUILT = Instant.parse("2026-01-01T00:00:00Z");
    private static final Instant NOW = BUILT.plus(Duration.ofDays(100));

    @TempDir Path folder;

    private List<String> found(DatabaseConfig config, boolean fleet, Instant now, Grade grade) {
        return MachineCheck.run(config, null, fleet, now, BUILT).stream()
                .filter(each -> each.grade() == grade)
                .map(each -> each.line(false))
                .toList();
    }

    @ParameterizedTest
    @EnumSource(TestEngine.class)
    void aMachineThatIsWell(TestEngine engine) throws IOException {
        DatabaseConfig config = engine.config(folder);
        try (TestServer server = TestServer.start(engine, folder)) {
            assertThat(server.port()).isPositive();
        }
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx------"));
        assertThat(found(config, false, NOW, Grade.HARM)).isEmpty();
        assertThat(found(config, false, NOW, Grade.FINE))
                .anyMatch(line -> line.contains("the database answers"))
                .anyMatch(line -> line.contains("only this user"))
                .anyMatch(line -> line.contains("clock"));
        // A fleet needs a second node.
        assertThat(found(config, true, NOW, Grade.NOTE)).anyMatch(line -> line.contains("node"));
    }

    @Test
    void othersMayNotRead() throws IOException {
        DatabaseConfig config = TestEngine.SQLITE.config(folder);
        Path key = Files.writeString(folder.resolve("secret.key"), "x");
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx------"));
        Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-r--r--"));
        assertThat(found(config, false, NOW, Grade.HARM))
                .singleElement()
                .asString()
                .contains("secret.key", "chmod -R go-rwx " + folder);
    }

    @Test
    void aClockBeforeTheBuildAndADatabaseThatIsNone() throws IOException {
        DatabaseConfig config = TestEngine.SQLITE.config(folder);
        Path database = Files.writeString(folder.resolve("slipway.db"), "none".repeat(1_000));
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx------"));
        Files.setPosixFilePermissions(database, PosixFilePermissions.fromString("rw-------"));
        assertThat(found(config, false, BUILT.minusSeconds(1), Grade.HARM))
                .hasSize(2)
                .anyMatch(line -> line.contains("clock"))
                .anyMatch(line -> line.contains("database"));
    }

    @Test
    void aFolderThatIsNotThereIsNotMade() {
        Path none = folder.resolve("none");
        assertThat(found(new DatabaseConfig(none, "", "", "", 1), false, NOW, Grade.NOTE))
                .anyMatch(line -> line.contains("no data folder"));
        assertThat(none).doesNotExist();
    }
}
