package io.slipway.sql;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Moves pages from SQLite's write-ahead log to the database file, on its own thread and connection,
 * while the writer continues: otherwise all writes of a busy server would regularly pause for a
 * tenth of a second. Thread-safe.
 *
 * <p>The log restarts only when all of it has been moved and nobody is writing. Under load that
 * moment does not come by itself, so the writer moves the small rest.
 *
 * <p>SQLite syncs the database file only when the last frame is moved, which is the writer's part.
 * So this thread syncs it before, or the writer would wait for all of it.
 */
final class Checkpoints {

    /**
     * This many frames, pages of 4 kB, are moved at once: the more there are, the more often a page
     * occurs several times, and it is moved only once. After a crash, this many must be read at the
     * next start.
     */
    static final int FRAMES = 16_000;

    private static final Logger LOG = LoggerFactory.getLogger(Checkpoints.class);
    private static final long PERIOD_MS = 100;
    private static final long CLOSE_WAIT_MS = 10_000;

    /**
     * @param frames in the log
     * @param moved how many of them are in the database file
     */
    private record LogState(int frames, int moved) {}

    private final Connection connection;
    private final FileChannel database;
    private final int frames;
    private final CountDownLatch closing = new CountDownLatch(1);
    private final Thread thread;
    private volatile boolean wanted;
    private volatile boolean written;

    /**
     * @param connection its own, which this closes
     * @param file the database
     * @param frames after which they are moved
     */
    Checkpoints(Connection connection, Path file, int frames) throws IOException {
        this.connection = connection;
        this.database = FileChannel.open(file, StandardOpenOption.WRITE);
        this.frames = frames;
        this.thread = Thread.ofPlatform().name("sqlite-checkpoint").daemon().start(this::loop);
    }

    /**
     * After this many frames the writer moves them itself, in case this thread fails or starves.
     */
    int latest() {
        return 4 * frames;
    }

    /**
     * Reports a commit.
     *
     * @return whether the writer should move the rest now
     */
    boolean committed() {
        if (!written) {
            written = true;
        }
        if (!wanted) {
            return false;
        }
        wanted = false;
        return true;
    }

    private void loop() {
        try {
            while (!closing.await(PERIOD_MS, TimeUnit.MILLISECONDS)) {
                if (written) {
                    written = false;
                    look();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void look() {
        try {
            LogState log = run("NOOP");
            if (log.frames() - log.moved() >= frames) {
                run("PASSIVE");
                database.force(false);
                wanted = true;
            }
        } catch (SQLException | IOException e) {
            LOG.warn("the write-ahead log could not be moved to the database file", e);
        }
    }

    private LogState run(String mode) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("PRAGMA wal_checkpoint(" + mode + ")")) {
            row.next();
            return new LogState(row.getInt(2), row.getInt(3));
        }
    }

    /** After all other connections: closing a file releases all of this process's locks on it. */
    void close() {
        closing.countDown();
        try {
            thread.join(CLOSE_WAIT_MS);
            connection.close();
            database.close();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (SQLException | IOException e) {
            LOG.warn("the connection for checkpoints could not be closed", e);
        }
    }
}
