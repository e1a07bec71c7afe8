package io.slipway.sql;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckpointsTest {

    private static final int FRAMES = 1_000;
    private static final int FRAME_BYTES = 4_096 + 24;

    @TempDir Path folder;

    @Test
    void theLogIsMovedAndRestarts() throws Exception {
        try (Connection writer = connection();
                Statement sql = writer.createStatement()) {
            sql.execute("PRAGMA journal_mode=WAL");
            sql.execute("PRAGMA wal_autocheckpoint=0");
            sql.execute("CREATE TABLE t (x)");
            var checkpoints = new Checkpoints(connection(), folder.resolve("slipway.db"), FRAMES);
            for (int i = 0; i < FRAMES; i++) {
                sql.execute("INSERT INTO t VALUES (randomblob(4500))");
            }
            long patience = System.nanoTime() + 30_000_000_000L;
            while (!checkpoints.committed()) {
                assertThat(System.nanoTime()).as("moved in time").isLessThan(patience);
                Thread.sleep(10);
            }
            assertThat(log(sql, "moved")).isGreaterThanOrEqualTo(FRAMES);
            // Moved to the last frame, as the writer's own move does it on a busy server.
            sql.execute("INSERT INTO t VALUES (1)");
            assertThat(log(sql, "frames")).isLessThan(10);
            assertThat(checkpoints.committed()).as("requested once").isFalse();
            checkpoints.close();
        }
    }

    @Test
    void theLogOfABusyServerStaysSmall() throws Exception {
        int rows = 10_000;
        SqliteEngine engine = SqliteEngine.open(folder, FRAMES);
        var written = new ArrayList<Future<Integer>>();
        try (var writers = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < rows; i++) {
                int row = i;
                Callable<Integer> write = () -> engine.write(Plane.CONSOLE, tx -> insert(tx, row));
                written.add(writers.submit(write));
            }
        }
        assertThat(written).allMatch(row -> row.state() == Future.State.SUCCESS);
        // Cut off only when it restarts, and not below four times this: all rows are three times
        // what is allowed.
        assertThat(Files.size(folder.resolve("slipway.db-wal")))
                .isLessThan(10L * FRAMES * FRAME_BYTES);
        assertThat(engine.<Integer>read(Plane.CONSOLE, CheckpointsTest::rows)).isEqualTo(rows);
        engine.close();
    }

    @Test
    void whatALongReadMadeOfItIsCutOff() throws Exception {
        Path log = folder.resolve("slipway.db-wal");
        SqliteEngine engine = SqliteEngine.open(folder, FRAMES);
        try (Connection reader = connection();
                Statement sql = reader.createStatement()) {
            reader.setAutoCommit(false);
            sql.executeQuery("SELECT count(*) FROM secret").close();
            for (int i = 0; Files.size(log) < 6L * FRAMES * FRAME_BYTES; i++) {
                int row = i;
                engine.write(Plane.CONSOLE, tx -> insert(tx, row));
            }
        }
        long patience = System.nanoTime() + 60_000_000_000L;
        for (int i = 1_000_000; Files.size(log) > 4L * FRAMES * FRAME_BYTES; i++) {
            assertThat(System.nanoTime()).as("cut off in time").isLessThan(patience);
            int row = i;
            engine.write(Plane.CONSOLE, tx -> insert(tx, row));
        }
        engine.close();
    }

    private Connection connection() throws SQLException {
        return DriverManager.getConnection("jdbc:sqlite:" + folder.resolve("slipway.db"));
    }

    private static int log(Statement sql, String what) throws SQLException {
        try (ResultSet row = sql.executeQuery("PRAGMA wal_checkpoint(NOOP)")) {
            row.next();
            return row.getInt(what.equals("frames") ? 2 : 3);
        }
    }

    private static int insert(Tx tx, int row) {
        return tx.raw()
                .update(
                        "INSERT INTO secret (id, purpose, sealed, created_at, retired_at)"
                                + " VALUES (?, 'test', hex(randomblob(4500)), 0, 0)",
                        bind -> bind.setString(1, "row " + row));
    }

    private static int rows(Tx tx) {
        return tx.handle()
                .createQuery("SELECT count(*) FROM secret WHERE purpose = 'test'")
                .mapTo(Integer.class)
                .one();
    }
}
