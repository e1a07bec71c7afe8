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
 * Moves pages from SQLite's write-ahead log to the database file, on a thread and a connection of
 * its own, while the writer goes on: left to the writer, all writes of a busy server would stand
 * still for a tenth of a second again and again. Thread-safe.
 *
 * <p>The log starts anew only when all of it has been moved and nobody is writing. That moment does
 * not come by itself under load, so the writer moves the little that came in meanwhile.
 *
 * <p>SQLite makes the database file durable only when the last frame is moved, which is the
 * writer's part. So this thread does it before, or the writer would wait for all of it.
 */
final class Checkpoints {

    /**
     * So many frames, pages of 4 kB, are moved at once: the more there are, the oftener the same
     * page is among them, which is moved once. A crash leaves so much to be read at the next start.
     */
    static final int FRAMES = 16_000;

    private static final Logger LOG = LoggerFactory.getLogger(Checkpoints.class);
    private static final long PERIOD_MS = 100;
    private static final long CLOSE_WAIT_MS = 10_000;

    /**
     * @param frames in the log
     * @param moved of them, to the database file
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
     * @param connection of its own, which this closes
     * @param file the database
     * @param frames after which they are moved
     */
    Checkpoints(Connection connection, Path file, int frames) throws IOException {
        this.connection = connection;
        this.database = FileChannel.open(file, StandardOpenOption.WRITE);
        this.frames = frames;
        this.thread = Thread.ofPlatform().name("sqlite-checkpoint").daemon().start(this::loop);
    }

    /** After so many frames the writer moves them itself, should this thread fail or starve. */
    int latest() {
        return 4 * frames;
    }

    /**
     * Says that something was committed.
     *
     * @return whether the writer should move what is left now
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

    /** After all other connections: to close a file takes this process's locks from it. */
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
