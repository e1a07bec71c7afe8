package io.slipway.sql;

import java.sql.SQLException;
import java.util.List;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sqlite.SQLiteConnection;

/**
 * A platform thread with a connection of its own that runs what waits, a batch a transaction.
 *
 * <p>No pool offers that, and it is what makes SQLite fast enough: a commit of each write's own
 * would wait for the disk each time. With it a machine of 2 cores grants 5,136 offers a second,
 * each durable before it is told (docs/figures.md, Rollouts).
 */
final class SqliteWorker {

    private static final Logger LOG = LoggerFactory.getLogger(SqliteWorker.class);
    private static final long CLOSE_WAIT_MS = 10_000;

    /** So many groups are written with savepoints after one that held a failing write. */
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
     * @param batch the most pieces of work in a transaction
     * @param checkpoints null where nothing is written
     * @param sync tells those who wait for a write; null where nothing is written
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

    /** How many have run since it began; see {@link Database#statements}. */
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

    // Nothing is read or written by this connection now, so that the log can start anew.
    private void moveLog(Checkpoints log) {
        if (log.committed()) {
            try {
                control("PRAGMA wal_checkpoint(PASSIVE)");
            } catch (SQLException e) {
                LOG.warn("the write-ahead log was not moved to the database file", e);
            }
        }
    }

    // Not by a statement: two of these stand around each write, and JDBC's machinery costs more
    // than the small writes themselves.
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

    // Without savepoints, for which SQLite copies each page that a write touches: a tenth of what
    // it costs. They are needed only where a write fails; then all is undone, and done again with
    // them. A work may run twice on PostgreSQL, too, where two transactions collide.
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
            // It is done again with savepoints, which says what is wrong.
            LOG.debug("{}: {}", thread.getName(), e.toString());
        }
        return false;
    }

    // Returns what makes the whole transaction unusable, null when it can go on.
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
                LOG.warn("{}: rollback failed", thread.getName(), again);
            }
        }
    }

    private void interrupt() {
        try {
            connection.getDatabase().interrupt();
        } catch (SQLException e) {
            LOG.warn("{} could not be interrupted", thread.getName(), e);
        }
    }

    /** Runs what still waits, then closes. */
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
