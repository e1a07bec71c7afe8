package io.slipway.sql;

import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sqlite.SQLiteConnection;

/** A platform thread with a connection of its own that runs what waits, a batch a transaction. */
final class SqliteWorker {

    private static final Logger LOG = LoggerFactory.getLogger(SqliteWorker.class);
    private static final long CLOSE_WAIT_MS = 10_000;

    private final SQLiteConnection connection;
    private final Handle handle;
    private final StatementCount statements = new StatementCount();
    private final Tx tx;
    private final boolean writes;
    private final WorkQueue queue;
    private final int batch;
    private final Thread thread;

    SqliteWorker(
            String name,
            SQLiteConnection connection,
            Handle handle,
            boolean writes,
            WorkQueue queue,
            int batch) {
        this.connection = connection;
        this.handle = handle;
        this.tx = new Tx(handle, false, statements);
        this.writes = writes;
        this.queue = queue;
        this.batch = batch;
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
        try (Statement control = connection.createStatement()) {
            List<WorkQueue.Job<?>> jobs;
            while (!(jobs = queue.take(batch)).isEmpty()) {
                long before = statements.total();
                TransactionEvent event = TransactionTimer.begin();
                transaction(control, jobs);
                TransactionTimer.end(event, jobs.size(), statements.total() - before, writes);
                jobs.forEach(WorkQueue.Job::publish);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (SQLException e) {
            LOG.error("{} stopped", thread.getName(), e);
        }
    }

    private void transaction(Statement control, List<WorkQueue.Job<?>> jobs) {
        try {
            control.execute(writes ? "BEGIN IMMEDIATE" : "BEGIN");
        } catch (SQLException e) {
            jobs.forEach(job -> job.failed(e));
            return;
        }
        @Nullable Throwable broken = null;
        for (WorkQueue.Job<?> job : jobs) {
            if (broken != null) {
                job.failed(broken);
            } else if (job.start(writes ? null : this::interrupt)) {
                broken = run(control, job, jobs.size() > 1);
            }
        }
        end(control, jobs, broken);
    }

    // Returns what makes the whole transaction unusable, null when it can go on.
    private @Nullable Throwable run(Statement control, WorkQueue.Job<?> job, boolean shared) {
        boolean point = writes && shared;
        try {
            if (point) {
                control.execute("SAVEPOINT job");
            }
            try {
                job.run(tx);
            } catch (RuntimeException | Error e) {
                job.failed(e);
                if (point) {
                    control.execute("ROLLBACK TO job");
                }
            }
            if (point) {
                control.execute("RELEASE job");
            }
            return null;
        } catch (SQLException e) {
            job.failed(e);
            return e;
        }
    }

    private void end(Statement control, List<WorkQueue.Job<?>> jobs, @Nullable Throwable broken) {
        boolean alone = jobs.size() == 1 && jobs.getFirst().hasFailed();
        try {
            control.execute(broken != null || alone ? "ROLLBACK" : "COMMIT");
            if (broken != null) {
                jobs.forEach(job -> job.failed(broken));
            }
        } catch (SQLException e) {
            jobs.forEach(job -> job.failed(e));
            try {
                control.execute("ROLLBACK");
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
