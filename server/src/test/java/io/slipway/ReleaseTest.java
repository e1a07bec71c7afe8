package io.slipway;

import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.backup.Backups;
import io.slipway.sql.TestEngine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** This version starts with the data folders of earlier ones. */
class ReleaseTest {

    @TempDir private Path folder;

    static List<Path> releases() throws IOException {
        try (Stream<Path> files = Files.list(Path.of("src/test/resources/releases"))) {
            return files.sorted().toList();
        }
    }

    @Test
    void thereIsAtLeastOne() throws IOException {
        assertThat(releases()).isNotEmpty();
    }

    @ParameterizedTest
    @MethodSource("releases")
    void itStartsAndWorks(Path release) throws IOException {
        ReleaseFolder.unpack(release, folder);
        try (TestServer server = TestServer.start(folder, later(), Map.of())) {
            ReleaseFolder.requireUsable(server);
        }
        // Once more, now that it is this version's.
        try (TestServer server = TestServer.start(folder, later(), Map.of())) {
            assertThat(TestDevice.of(server, 1).bound()).isTrue();
        }
    }

    @ParameterizedTest
    @MethodSource("releases")
    void itMovesToTheOtherEngine(Path release) throws Exception {
        Path old = folder.resolve("old");
        ReleaseFolder.unpack(release, old);
        // Migrated by its first start.
        TestServer.start(old, later(), Map.of()).close();
        Path file = folder.resolve("backup");
        Backups.backup(config(old, Map.of()).backupParts(), file, null, Instant.EPOCH);
        Path data = folder.resolve("new");
        var database = TestEngine.POSTGRES.empty(data);
        Map<String, String> settings = TestServer.postgres(database.url());
        Backups.restore(config(data, settings).backupParts(), file, null);
        try (TestServer server = TestServer.start(data, later(), settings)) {
            ReleaseFolder.requireUsable(server);
        }
    }

    // The release has been in use until then.
    private static TestClock later() {
        var clock = new TestClock();
        clock.advance(Duration.ofHours(1));
        return clock;
    }

    private static Config config(Path data, Map<String, String> settings)
            throws Config.InvalidSettings {
        var properties = new Properties();
        properties.setProperty("data.dir", data.toString());
        settings.forEach(properties::setProperty);
        return Config.read(properties, Map.of());
    }
}
