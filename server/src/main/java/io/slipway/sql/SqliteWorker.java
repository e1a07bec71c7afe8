package io.slipway.sql;

import java.sql.SQLException;
import java.util.List;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;
import org.sqlite.SQLiteConnection;

/**
 * A platform thread with its own connection that runs waiting work, one transaction per batch.
 *
 * <p>No pool offers that, and it is what makes SQLite fast enough: a commit per write would wait
 * for the disk each time. This way a machine with 2 cores grants 5,136 offers a second, each
 * durable before the device gets it (docs/figures.md, Rollouts).
 */
final class SqliteWorker {

    private static final Logger LOG = LoggerFactory.getLogger(SqliteWorker.class);
    private static final long CLOSE_WAIT_MS = 10_000;

    /** This many batches use savepoints after one with a failed write. */
    private static final int CAREFUL = 256;

    private final SQLiteConnection connection;
    private final Handle handle;
    private final StatementCount statements = new StatementCount();
    private final Tx tx;
    private final boolean writes;
    private final WorkQueue queue;
    private final int batch;
    private final @Nullable Checkpoints checkpoints;
    private final @Nullable LogSync sync;
    private final Thread thread;
    private int careful;

    /**
     * @param cache the connection's statements
     * @param batch the maximum number of jobs in a transaction
     * @param checkpoints null if nothing is written
     * @param sync completes the jobs of writes; null if nothing is written
     */
    SqliteWorker(
            String name,
            SQLiteConnection connection,
            Handle handle,
            CachedStatements cache,
            WorkQueue queue,
            int batch,
            @Nullable Checkpoints checkpoints,
            @Nullable LogSync sync) {
        this.connection = connection;
        this.handle = handle;
        this.tx = new Tx(handle, cache, statements);
        this.writes = checkpoints != null;
        this.queue = queue;
        this.batch = batch;
        this.checkpoints = checkpoints;
        this.sync = sync;
        this.thread = Thread.ofPlatform().name(name).daemon().start(this::loop);
    }

    WorkQueue queue() {
        return queue;
    }

    /** How many have run since the start; see {@link Database#statements}. */
    long statements() {
        return statements.total();
    }

    private void loop() {
        try {
            List<WorkQueue.Job<?>> jobs;
            while (!(jobs = queue.take(batch)).isEmpty()) {
                long before = statements.total();
                TransactionEvent event = TransactionTimer.begin();
                transaction(jobs);
                TransactionTimer.end(event, jobs.size(), statements.total() - before, writes);
                if (sync != null) {
                    sync.publish(jobs);
                } else {
                    jobs.forEach(WorkQueue.Job::publish);
                }
                if (checkpoints != null) {
                    moveLog(checkpoints);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    // This connection reads or writes nothing at the moment, so that the log can restart.
    private void moveLog(Checkpoints log) {
        if (log.committed()) {
            try {
                control("PRAGMA wal_checkpoint(PASSIVE)");
            } catch (SQLException e) {
                LOG.warn("the write-ahead log was not moved to the database file", e);
            }
        }
    }

    // Not as a JDBC statement: two of these enclose each write, and JDBC's overhead is greater than
    // a small write.
    private void control(String sql) throws SQLException {
        connection.getDatabase()._exec(sql);
    }

    private void transaction(List<WorkQueue.Job<?>> jobs) {
        boolean points = writes && jobs.size() > 1;
        if (points && careful > 0) {
            careful--;
        } else if (points && together(jobs)) {
            return;
        }
        try {
            control(writes ? "BEGIN IMMEDIATE" : "BEGIN");
        } catch (SQLException e) {
            jobs.forEach(job -> job.failed(e));
            return;
        }
        @Nullable Throwable broken = null;
        for (WorkQueue.Job<?> job : jobs) {
            if (broken != null) {
                job.failed(broken);
            } else if (job.start(writes ? null : this::interrupt)) {
                broken = run(job, points);
            }
        }
        end(jobs, broken);
    }

    // Without savepoints, for which SQLite copies each page that a write touches: a tenth of its
    // cost. They are needed only if a write fails; then everything is rolled back and done again
    // with them. On PostgreSQL, work may run twice as well, if two transactions collide.
    private boolean together(List<WorkQueue.Job<?>> jobs) {
        try {
            control("BEGIN IMMEDIATE");
            try {
                for (WorkQueue.Job<?> job : jobs) {
                    if (job.start(null)) {
                        job.run(tx);
                    }
                }
                control("COMMIT");
                return true;
            } catch (RuntimeException | Error | SQLException e) {
                careful = CAREFUL;
                control("ROLLBACK");
            }
        } catch (SQLException e) {
            // It is done again with savepoints, which shows what is wrong.
            LOG.debug("{}: {}", thread.getName(), e.toString());
        }
        return false;
    }

    // Returns what makes the whole transaction unusable, null if it can continue.
    private @Nullable Throwable run(WorkQueue.Job<?> job, boolean point) {
        try {
            if (point) {
                control("SAVEPOINT job");
            }
            try {
                job.run(tx);
            } catch (RuntimeException | Error e) {
                job.failed(e);
                if (point) {
                    control("ROLLBACK TO job");
                }
            }
            if (point) {
                control("RELEASE job");
            }
            return null;
        } catch (SQLException e) {
            job.failed(e);
            return e;
        }
    }

    private void end(List<WorkQueue.Job<?>> jobs, @Nullable Throwable broken) {
        boolean alone = jobs.size() == 1 && jobs.getFirst().hasFailed();
        try {
            control(broken != null || alone ? "ROLLBACK" : "COMMIT");
            if (broken != null) {
                jobs.forEach(job -> job.failed(broken));
            }
        } catch (SQLException e) {
            jobs.forEach(job -> job.failed(e));
            try {
                control("ROLLBACK");
            } catch (SQLException again) {
                // When the disk is full, SQLite has already rolled back by itself.
                LOG.atLevel(full(e) ? Level.DEBUG : Level.WARN)
                        .log("{}: rollback failed", thread.getName(), again);
            }
        }
    }

    private static boolean full(SQLException failed) {
        return new StoreException("commit", failed).full();
    }

    private void interrupt() {
        try {
            connection.getDatabase().interrupt();
        } catch (SQLException e) {
            LOG.warn("{} could not be interrupted", thread.getName(), e);
        }
    }

    /** Runs what is still waiting, then closes. */
    void close() {
        queue.close();
        try {
            thread.join(CLOSE_WAIT_MS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        handle.close();
    }
}
