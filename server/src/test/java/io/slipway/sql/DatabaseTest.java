package io.slipway.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

@ParameterizedClass
@EnumSource(TestEngine.class)
class DatabaseTest {

    @Parameter TestEngine engine;
    @TempDir Path folder;
    private Database database;

    @BeforeEach
    void open() {
        // Without any tables, as at a first start.
        database = Database.open(engine.empty(folder));
    }

    @AfterEach
    void close() {
        database.close();
    }

    @Test
    void aWriteIsReadByTheNextRead() {
        insert("a");
        assertThat(count()).isEqualTo(1);
    }

    @Test
    void aFailedWriteUndoesOnlyItself() throws Exception {
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var results = new ArrayList<Future<Boolean>>();
            for (int i = 0; i < 64; i++) {
                String id = "w" + i;
                boolean fails = i % 3 == 0;
                Callable<Boolean> write =
                        () ->
                                database.write(
                                        Plane.CONSOLE,
                                        tx -> {
                                            insert(tx, id);
                                            if (fails) {
                                                throw new IllegalArgumentException(id);
                                            }
                                            return true;
                                        });
                results.add(threads.submit(write));
            }
            int failed = 0;
            for (Future<Boolean> result : results) {
                try {
                    result.get();
                } catch (java.util.concurrent.ExecutionException e) {
                    assertThat(e).hasCauseInstanceOf(IllegalArgumentException.class);
                    failed++;
                }
            }
            assertThat(failed).isEqualTo(22);
            assertThat(count()).isEqualTo(42);
        }
    }

    @Test
    void aWriteNextToAFailedOneIsAnnouncedOnce() {
        var announced = new ConcurrentLinkedQueue<String>();
        var results = new ArrayList<Future<Boolean>>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 200; i++) {
                String id = "w" + i;
                boolean fails = i % 50 == 49;
                results.add(threads.submit(() -> announce(announced, id, fails)));
            }
        }
        assertThat(results).filteredOn(result -> result.state() == Future.State.FAILED).hasSize(4);
        assertThat(announced).hasSize(196).doesNotHaveDuplicates().doesNotContain("w49", "w199");
        assertThat(count()).isEqualTo(196);
    }

    private boolean announce(ConcurrentLinkedQueue<String> announced, String id, boolean fails) {
        return database.write(
                Plane.CONSOLE,
                tx -> {
                    tx.afterCommit(() -> announced.add(id));
                    insert(tx, id);
                    if (fails) {
                        throw new IllegalArgumentException(id);
                    }
                    return true;
                });
    }

    @Test
    void aSqlErrorIsAStoreException() {
        assertThatThrownBy(() ->
                        database.read(
                                Plane.CONSOLE,
                                tx -> tx.handle().execute("SELECT nothing FROM nowhere")))
                .isInstanceOf(StoreException.class);
        insert("after");
        assertThat(count()).isEqualTo(1);
    }

    private void insert(String id) {
        database.run(Plane.CONSOLE, tx -> insert(tx, id));
    }

    private static void insert(Tx tx, String id) {
        tx.handle()
                .execute(
                        "INSERT INTO secret (id, purpose, sealed, created_at, retired_at)"
                                + " VALUES (?, 'test', '', 0, 0)",
                        id);
    }

    private int count() {
        return database.read(
                Plane.CONSOLE,
                tx ->
                        tx.handle()
                                .createQuery("SELECT count(*) FROM secret")
                                .mapTo(Integer.class)
                                .one());
    }
}
