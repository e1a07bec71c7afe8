package io.slipway.sql;

import io.slipway.files.PrivateFiles;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.flywaydb.core.api.FlywayException;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteConnection;
import org.sqlite.SQLiteDataSource;

/**
 * SQLite on platform threads: its calls are native and would pin a virtual thread's carrier. One
 * writer commits all waiting work in one transaction; separate readers serve the planes.
 */
final class SqliteEngine implements Engine {

    private static final Logger LOG = LoggerFactory.getLogger(SqliteEngine.class);

    private static final int WRITE_BATCH = 512;
    private static final int READ_BATCH = 64;

    private final SqliteWorker writer;
    private final SqliteWorker deviceReader;
    private final List<SqliteWorker> consoleReaders = new ArrayList<>();
    private final WorkQueue consoleQueue = new WorkQueue(4_000);

    private final Checkpoints checkpoints;
    private final LogSync sync;
    private final SQLiteDataSource source;
    private final Path file;
    private boolean marked;

    private SqliteEngine(SQLiteDataSource source, Path file, int frames)
            throws SQLException, IOException {
        this.source = source;
        this.file = file;
        Connection first = source.getConnection();
        try (Statement statement = first.createStatement()) {
            // A read creates the log file, which exists as long as there are connections.
            statement.execute("PRAGMA user_version");
        }
        sync = new LogSync(FileChannel.open(logOf(file), StandardOpenOption.WRITE));
        checkpoints = new Checkpoints(first, file, frames);
        writer = worker("sqlite-writer", source, new WorkQueue(50_000), WRITE_BATCH, true);
        deviceReader = worker("sqlite-device", source, new WorkQueue(50_000), READ_BATCH, false);
        for (int i = 0; i < 2; i++) {
            String name = "sqlite-console-" + i;
            consoleReaders.add(worker(name, source, consoleQueue, 1, false));
        }
    }

    static SqliteEngine open(Path folder) {
        return open(folder, Checkpoints.FRAMES);
    }

    /**
     * @param frames see {@link Checkpoints#FRAMES}
     */
    static SqliteEngine open(Path folder, int frames) {
        var config = new SQLiteConfig();
        config.setJournalMode(SQLiteConfig.JournalMode.WAL);
        // FULL, not NORMAL: an acknowledged write survives power loss (decisions D6).
        config.setSynchronous(SQLiteConfig.SynchronousMode.FULL);
        config.enforceForeignKeys(true);
        config.setBusyTimeout(5_000);
        // Ids are made by the application: those of the database are not needed.
        config.setGetGeneratedKeys(false);
        config.setTempStore(SQLiteConfig.TempStore.MEMORY);
        var source = new SQLiteDataSource(config);
        Path file = file(folder);
        source.setUrl("jdbc:sqlite:" + file);
        MovedDatabase.requireNotMoved(folder);
        try {
            for (Path each : beside(file)) {
                PrivateFiles.restrict(each);
            }
            // SQLite gives its log the permissions of the database.
            PrivateFiles.secure(file);
            SqliteFile.requireHeader(file);
            SqliteFile.requireLog(file, logOf(file));
            // Kept until others are open: the last connection to close writes the whole log back.
            try (Connection first = source.getConnection()) {
                SqliteFile.check(first, file, logOf(file));
                Database.migrate(source, false);
                return new SqliteEngine(source, file, frames);
            }
        } catch (SQLException | IOException | FlywayException e) {
            throw SqliteFile.damaged(e)
                    ? SqliteFile.damage(file, e)
                    : new StoreException("the database " + file + " can't be opened: " + e, e);
        }
    }

    /** The database's file in a data folder. */
    static Path file(Path folder) {
        return folder.resolve("slipway.db");
    }

    /** The files that SQLite keeps beside a database while it is open. */
    static List<Path> beside(Path file) {
        return List.of(logOf(file), file.resolveSibling(file.getFileName() + "-shm"));
    }

    private static Path logOf(Path file) {
        return file.resolveSibling(file.getFileName() + "-wal");
    }

    private SqliteWorker worker(
            String name, SQLiteDataSource source, WorkQueue queue, int batch, boolean writes)
            throws SQLException {
        Connection connection = source.getConnection();
        try (Statement statement = connection.createStatement()) {
            // In kilobytes. A new device touches pages all over the indices, and each cache miss of
            // the writer costs a read for which all waiting writes wait.
            statement.execute("PRAGMA cache_size=" + (writes ? -64_000 : -16_000));
            if (writes) {
                statement.execute("PRAGMA wal_autocheckpoint=" + checkpoints.latest());
                // What a long read, such as a backup, made of it is cut off when it restarts.
                statement.execute("PRAGMA journal_size_limit=" + checkpoints.latest() * 4_096L);
                // Made durable before jobs complete, but not by the writer: see LogSync.
                statement.execute("PRAGMA synchronous=NORMAL");
            } else {
                statement.execute("PRAGMA query_only=ON");
            }
        }
        // One connection for the thread's lifetime, which owns the prepared statements.
        var statements = new CachedStatements();
        Jdbi jdbi = Jdbi.create(() -> connection);
        jdbi.setStatementBuilderFactory(made -> statements);
        Handle handle = jdbi.open();
        return new SqliteWorker(
                name,
                (SQLiteConnection) connection,
                handle,
                statements,
                queue,
                batch,
                writes ? checkpoints : null,
                writes ? sync : null);
    }

    @Override
    public <T> T read(Plane plane, Function<Tx, T> work) {
        return plane == Plane.DEVICE
                ? await(plane, deviceReader.queue(), work)
                : await(plane, consoleQueue, work);
    }

    @Override
    public <T> T write(Plane plane, Function<Tx, T> work) {
        return await(plane, writer.queue(), work);
    }

    private static <T> T await(Plane plane, WorkQueue queue, Function<Tx, T> work) {
        var job = new WorkQueue.Job<>(work);
        if (!queue.add(job, plane == Plane.BACKGROUND)) {
            throw new StoreException("too much is waiting for the database", null);
        }
        try {
            return job.result().get(plane.maxWait().toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            job.abandon();
            throw new StoreException("the database took over " + plane.maxWait(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            job.abandon();
            throw new StoreException("interrupted while waiting for the database", e);
        } catch (ExecutionException e) {
            throw failure(e.getCause());
        }
    }

    static RuntimeException failure(@Nullable Throwable cause) {
        if (cause instanceof RuntimeException e && !isSql(e)) {
            return e;
        }
        if (cause instanceof Error e) {
            throw e;
        }
        return new StoreException("the database failed: " + cause, cause);
    }

    private static boolean isSql(Throwable e) {
        return e.getClass().getName().startsWith("org.jdbi.");
    }

    /**
     * Marks the file as served until {@link #close}: without its log, a copy is then not complete
     * (see {@link SqliteFile#requireLog}). Only for the owner of the data folder.
     */
    void serve() {
        try {
            marked = true;
            mark(SqliteFile.ownMark(file));
        } catch (SQLException | IOException e) {
            throw new StoreException("the database " + file + " can't be written: " + e, e);
        }
    }

    // In the file itself, not only in its log.
    private void mark(int mark) throws SQLException {
        try (Connection connection = source.getConnection();
                Statement statement = connection.createStatement()) {
            try (ResultSet row = statement.executeQuery("PRAGMA application_id")) {
                if (row.next() && row.getInt(1) == mark) {
                    return;
                }
            }
            statement.execute("PRAGMA application_id=" + mark);
            statement.execute("PRAGMA wal_checkpoint(TRUNCATE)");
        }
    }

    @Override
    public long statements() {
        return writer.statements()
                + deviceReader.statements()
                + consoleReaders.stream().mapToLong(SqliteWorker::statements).sum();
    }

    @Override
    public void close() {
        deviceReader.close();
        consoleReaders.forEach(SqliteWorker::close);
        writer.close();
        sync.close();
        if (marked) {
            try {
                mark(0);
            } catch (SQLException e) {
                LOG.warn("the database could not be marked as closed", e);
            }
        }
        checkpoints.close();
    }
}
