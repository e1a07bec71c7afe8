package io.slipway.sql;

import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.Query;
import org.jdbi.v3.core.statement.SqlStatements;
import org.jdbi.v3.core.statement.StatementExceptions;
import org.jdbi.v3.core.statement.StatementExceptions.MessageRendering;
import org.jdbi.v3.core.statement.Update;
import org.jspecify.annotations.Nullable;

/**
 * One transaction, passed from façade to façade so that a use case over several tables is one
 * commit. Belongs to one thread and ends with the work it was passed to.
 */
public final class Tx {

    /** The maximum number of keys per statement of {@link #in}. */
    private static final int MOST_KEYS = 2_048;

    private final Handle handle;
    private final boolean postgres;
    private final RawStatements raw;
    private final List<Runnable> hooks = new ArrayList<>();

    /**
     * @param cache of SQLite's statements; null on PostgreSQL, whose driver has its own
     * @param count counts all statements of {@code handle}
     */
    Tx(Handle handle, @Nullable CachedStatements cache, StatementCount count) {
        this.handle = handle;
        this.postgres = cache == null;
        this.raw = new RawStatements(handle.getConnection(), cache, count);
        handle.getConfig(SqlStatements.class).setSqlLogger(count);
        // Bound values may be secrets or user input: no message may contain them.
        handle.getConfig(StatementExceptions.class).setMessageRendering(MessageRendering.NONE);
    }

    /**
     * Runs {@code hook} once this transaction is durable, even if its caller has stopped waiting;
     * never if it is rolled back. It runs on the database's thread: keep it short.
     */
    public void afterCommit(Runnable hook) {
        hooks.add(hook);
    }

    /** Returns what {@link #afterCommit} collected, and clears it. */
    List<Runnable> takeHooks() {
        List<Runnable> taken = List.copyOf(hooks);
        hooks.clear();
        return taken;
    }

    /**
     * A statement that returns rows. Parameters are named; user input is never part of the text.
     * For stores only.
     */
    public Query query(String sql) {
        return handle.createQuery(sql);
    }

    /**
     * Like {@link #query}, for a statement that changes rows and returns how many. For stores only.
     */
    public Update update(String sql) {
        return handle.createUpdate(sql);
    }

    /**
     * All rows with one of {@code keys}; in the query's order only within {@value #MOST_KEYS} keys.
     * Jdbi would make a statement for each number of keys. For stores only.
     *
     * @param sql with {@code <keys>} in place of the keys
     */
    public <T> List<T> in(String sql, Collection<Long> keys, RawStatements.Read<T> read) {
        var all = List.copyOf(keys);
        var found = new ArrayList<T>();
        for (int from = 0; from < all.size(); from += MOST_KEYS) {
            var some = all.subList(from, Math.min(all.size(), from + MOST_KEYS));
            // A few lengths only, for few statements: the last key fills the remaining places.
            int places = Integer.highestOneBit(2 * some.size() - 1);
            String marks = "?" + ",?".repeat(places - 1);
            found.addAll(
                    raw.all(
                            sql.replace("<keys>", marks),
                            bind -> {
                                for (int i = 0; i < places; i++) {
                                    bind.setLong(i + 1, some.get(Math.min(i, some.size() - 1)));
                                }
                            },
                            read));
        }
        return found;
    }

    /** Sets a statement's parameters for one of many rows. */
    @FunctionalInterface
    public interface BindRow<R> {
        void to(PreparedStatement statement, R row) throws SQLException;
    }

    /** Adds rows to a statement with {@code addBatch}; returns how many. */
    @FunctionalInterface
    public interface Fill {
        int rows(PreparedStatement statement) throws SQLException;
    }

    /**
     * Runs a statement for each of {@code rows}, which may be empty. Bound by position: names would
     * be looked up for each row. For stores only.
     */
    public <R> void batch(String sql, Collection<R> rows, BindRow<R> bind) {
        if (rows.isEmpty()) {
            return;
        }
        batch(
                sql,
                statement -> {
                    for (R row : rows) {
                        bind.to(statement, row);
                        statement.addBatch();
                    }
                    return rows.size();
                });
    }

    /**
     * Like the other, for rows that are no collection or whose counts matter. For stores only.
     *
     * @return the driver's result for each row: how many it changed, or {@link
     *     java.sql.Statement#SUCCESS_NO_INFO}
     */
    public int[] batch(String sql, Fill fill) {
        return raw.batch(sql, fill);
    }

    /** For a feature's hottest statements only; see {@link RawStatements}. */
    public RawStatements raw() {
        return raw;
    }

    /**
     * Sends a message to all nodes, including this one, when this transaction commits. Does nothing
     * on SQLite, which has a single node.
     *
     * @param message at most 4000 characters
     */
    public void announce(String message) {
        if (postgres) {
            raw.first(
                    "SELECT pg_notify('slipway', ?)",
                    bind -> bind.setString(1, message),
                    row -> true);
        }
    }

    /**
     * Locks the key for this transaction, on all nodes. Does nothing on SQLite, where only one
     * transaction writes at a time.
     */
    public void lock(long key) {
        if (postgres) {
            raw.first("SELECT pg_advisory_xact_lock(?)", bind -> bind.setLong(1, key), row -> true);
        }
    }

    /** For tests, which may use any statements. */
    public Handle handle() {
        return handle;
    }
}
