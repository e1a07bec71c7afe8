package io.slipway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.slipway.sql.StoreException;
import io.slipway.sql.TestEngine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A server that was used doesn't start as an empty one that anybody may claim. */
class LostDatabaseTest {

    @TempDir Path folder;

    private TestServer start(String data) {
        return TestServer.start(folder.resolve(data), new TestClock(), TestServer.pairs());
    }

    private void copy(String from, String to, List<String> names) throws IOException {
        Path there = Files.createDirectories(folder.resolve(to));
        for (String name : names) {
            Files.copy(folder.resolve(from).resolve(name), there.resolve(name));
        }
    }

    @Test
    void aCopyWithoutItsLogIsRefused() throws Exception {
        try (TestServer server = start("data")) {
            Person.register(server, "owner");
            copy("data", "alone", List.of("slipway.db"));
            copy("data", "key", List.of("slipway.db", "secret.key"));
            copy("data", "both", List.of("slipway.db", "slipway.db-wal", "secret.key"));
        }
        for (String incomplete : List.of("alone", "key")) {
            byte[] before = Files.readAllBytes(folder.resolve(incomplete).resolve("slipway.db"));
            assertThatThrownBy(() -> start(incomplete))
                    .isInstanceOf(StoreException.class)
                    .hasMessageContaining("copied from a running server without slipway.db-wal");
            assertThat(folder.resolve(incomplete).resolve("slipway.db")).hasBinaryContent(before);
            assertThat(folder.resolve(incomplete).resolve("slipway.db-wal")).doesNotExist();
        }
        try (TestServer server = start("both")) {
            assertThat(Person.login(server, "owner").token).isNotEmpty();
        }
        // One that was stopped is complete without a log, and so is one whose log was put back.
        copy("data", "stopped", List.of("slipway.db", "secret.key"));
        try (TestServer server = start("stopped")) {
            assertThat(Person.login(server, "owner").token).isNotEmpty();
        }
    }

    @Test
    void aKeyWithoutItsDatabaseIsRefused() throws Exception {
        try (TestServer server = start("data")) {
            Person.register(server, "owner");
        }
        Path database = folder.resolve("data/slipway.db");
        Path aside = folder.resolve("aside");
        Files.move(database, aside);
        assertThatThrownBy(() -> start("data"))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("belongs to a database that is not here")
                .hasMessageNotContaining("\n");
        assertThat(database).doesNotExist();
        var postgres = TestEngine.POSTGRES.empty(folder);
        assertThatThrownBy(() ->
                        TestServer.start(
                                folder.resolve("data"),
                                new TestClock(),
                                TestServer.postgres(postgres.url())))
                .hasMessageContaining("check database.url");
        Files.move(aside, database);
        try (TestServer server = start("data")) {
            assertThat(Person.login(server, "owner").token).isNotEmpty();
        }
    }

    @Test
    void anInterruptedFirstStartIsNoLoss() throws Exception {
        Path data = Files.createDirectories(folder.resolve("data"));
        Files.writeString(data.resolve("secret.key.new"), "half a k");
        try (TestServer server = start("data")) {
            Person.register(server, "owner");
        }
        // Between storing the first secrets and giving the key its name.
        Files.move(data.resolve("secret.key"), data.resolve("secret.key.new"));
        try (TestServer server = start("data")) {
            assertThat(Person.login(server, "owner").token).isNotEmpty();
        }
        assertThat(data.resolve("secret.key")).exists();
    }
}
