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
 * commit. Belongs to one thread and ends with the work it was given to.
 */
public final class Tx {

    /** Keys of one statement of {@link #in}. */
    private static final int MOST_KEYS = 2_048;

    private final Handle handle;
    private final boolean postgres;
    private final RawStatements raw;
    private final List<Runnable> hooks = new ArrayList<>();

    /**
     * @param cache of SQLite's statements; null on PostgreSQL, whose driver has its own
     * @param count gets all statements of {@code handle}
     */
    Tx(Handle handle, @Nullable CachedStatements cache, StatementCount count) {
        this.handle = handle;
        this.postgres = cache == null;
        this.raw = new RawStatements(handle.getConnection(), cache, count);
        handle.getConfig(SqlStatements.class).setSqlLogger(count);
        // What was bound may be a secret, or what somebody said: no message must name it.
        handle.getConfig(StatementExceptions.class).setMessageRendering(MessageRendering.NONE);
    }

    /**
     * Runs {@code hook} once this transaction is durable, also when whoever waited for it has given
     * up; never if it is undone. It runs on the database's thread: keep it short.
     */
    public void afterCommit(Runnable hook) {
        hooks.add(hook);
    }

    /** Hands over what {@link #afterCommit} collected. */
    List<Runnable> takeHooks() {
        List<Runnable> taken = List.copyOf(hooks);
        hooks.clear();
        return taken;
    }

    /**
     * A statement that returns rows. Parameters have names; nothing a caller said is ever part of
     * the text. For stores only.
     */
    public Query query(String sql) {
        return handle.createQuery(sql);
    }

    /** As {@link #query}, one that changes rows and returns how many. For stores only. */
    public Update update(String sql) {
        return handle.createUpdate(sql);
    }

    /**
     * All rows with one of {@code keys}; in the query's order only within {@value #MOST_KEYS} keys.
     * Jdbi would make a statement for each number of keys. For stores only.
     *
     * @param sql with {@code <keys>} where the keys come
     */
    public <T> List<T> in(String sql, Collection<Long> keys, RawStatements.Read<T> read) {
        var all = List.copyOf(keys);
        var found = new ArrayList<T>();
        for (int from = 0; from < all.size(); from += MOST_KEYS) {
            var some = all.subList(from, Math.min(all.size(), from + MOST_KEYS));
            // A few lengths, so that there are a few statements: the last key fills them up.
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
     * Runs a statement for each of {@code rows}, which may be none. Bound by position: names would
     * be looked for in each row anew. For stores only.
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
     * As the other, for rows that are no collection or whose counts matter. For stores only.
     *
     * @return for each row what the driver says: how many it changed, or {@link
     *     java.sql.Statement#SUCCESS_NO_INFO}
     */
    public int[] batch(String sql, Fill fill) {
        return raw.batch(sql, fill);
    }

    /** For a feature's hottest statements alone; {@link RawStatements} says which. */
    public RawStatements raw() {
        return raw;
    }

    /**
     * Tells all nodes, this one too, when this transaction commits. Nothing happens on SQLite,
     * which has one node.
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
     * Makes other transactions on any node that lock the same key wait until this one ends. Nothing
     * happens on SQLite, where one transaction writes at a time.
     */
    public void lock(long key) {
        if (postgres) {
            raw.first("SELECT pg_advisory_xact_lock(?)", bind -> bind.setLong(1, key), row -> true);
        }
    }

    /** For tests: what they look up, they write down as they like. */
    public Handle handle() {
        return handle;
    }
}
