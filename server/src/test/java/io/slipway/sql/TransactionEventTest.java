package io.slipway.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Transactions in a recording. */
@ParameterizedClass
@EnumSource(TestEngine.class)
class TransactionEventTest {

    private static final String NAME = "io.slipway.Transaction";
    private static final String INSERT =
            "INSERT INTO secret (id, purpose, sealed, created_at, retired_at)"
                    + " VALUES (?, 'test', '', 0, 0)";

    @Parameter TestEngine engine;
    @TempDir Path folder;

    @Test
    void eachTransactionIsRecordedAlsoOneThatIsUndone() throws IOException {
        Path file = folder.resolve("recording.jfr");
        try (var recording = new Recording()) {
            // Closed first: the database's threads may report a transaction shortly after they have
            // answered.
            try (Database database = engine.open(folder)) {
                database.ping();
                recording.enable(NAME);
                recording.start();
                work(database);
            }
            recording.stop();
            recording.dump(file);
        }
        var events =
                RecordingFile.readAllEvents(file).stream()
                        .filter(event -> event.getEventType().getName().equals(NAME))
                        .toList();
        assertThat(events)
                .extracting(
                        event -> event.getInt("works"),
                        event -> event.getInt("statements"),
                        event -> event.getBoolean("writes"))
                .containsExactlyInAnyOrder(
                        tuple(1, 3, true), tuple(1, 1, false), tuple(1, 1, true));
        assertThat(events).allMatch(event -> event.getDuration().toNanos() > 0);
        assertThat(events).extracting(RecordedEvent::getStackTrace).containsOnlyNulls();
    }

    private static void work(Database database) {
        database.run(
                Plane.CONSOLE,
                tx -> {
                    tx.handle().execute(INSERT, "a");
                    tx.batch(INSERT, List.of("b", "c"), (bind, id) -> bind.setString(1, id));
                });
        database.ping();
        assertThatThrownBy(() ->
                        database.run(
                                Plane.CONSOLE,
                                tx -> {
                                    tx.handle().execute(INSERT, "d");
                                    throw new IllegalArgumentException("on purpose");
                                }))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
