package io.slipway.sql;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.SqlStatements;

/**
 * One transaction, passed from façade to façade so that a use case over several tables is one
 * commit. Belongs to one thread and ends with the work it was given to.
 */
public final class Tx {

    /** Keys of one statement of {@link #in}. */
    private static final int MOST_KEYS = 2_048;

    private final Handle handle;
    private final boolean postgres;
    private final StatementCount count;
    // SQLite's connections are ours for life, and so are their statements. PostgreSQL's driver
    // keeps statements by itself.
    private final Map<String, PreparedStatement> statements = new HashMap<>();
    private final List<Runnable> hooks = new ArrayList<>();

    /**
     * @param count gets all statements of {@code handle}
     */
    Tx(Handle handle, boolean postgres, StatementCount count) {
        this.handle = handle;
        this.postgres = postgres;
        this.count = count;
        handle.getConfig(SqlStatements.class).setSqlLogger(count);
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

    /** Sets a statement's parameters. */
    @FunctionalInterface
    public interface Bind {
        void to(PreparedStatement statement) throws SQLException;
    }

    /** Reads the current row. */
    @FunctionalInterface
    public interface Read<T> {
        T from(ResultSet row) throws SQLException;
    }

    /**
     * The first row, for the few look-ups that every poll of every device makes: as {@link #handle}
     * would, without the machinery that costs it ten times the look-up. For stores only.
     */
    public <T> Optional<T> first(String sql, Bind bind, Read<T> read) {
        return run(
                sql,
                bind,
                statement -> {
                    count.add(1);
                    try (ResultSet rows = statement.executeQuery()) {
                        return rows.next() ? Optional.of(read.from(rows)) : Optional.empty();
                    }
                });
    }

    /** Changes rows as fast as {@link #first} reads them; returns how many. For stores only. */
    public int update(String sql, Bind bind) {
        return run(
                sql,
                bind,
                statement -> {
                    count.add(1);
                    return statement.executeUpdate();
                });
    }

    /** All rows, as fast as {@link #first} reads one. For stores only. */
    public <T> List<T> all(String sql, Bind bind, Read<T> read) {
        return run(
                sql,
                bind,
                statement -> {
                    var found = new ArrayList<T>();
                    count.add(1);
                    try (ResultSet rows = statement.executeQuery()) {
                        while (rows.next()) {
                            found.add(read.from(rows));
                        }
                    }
                    return found;
                });
    }

    /**
     * All rows with one of {@code keys}, as fast as {@link #all}; in the query's order only within
     * {@value #MOST_KEYS} keys. For stores only.
     *
     * @param sql with {@code <keys>} where the keys come
     */
    public <T> List<T> in(String sql, Collection<Long> keys, Read<T> read) {
        var all = List.copyOf(keys);
        var found = new ArrayList<T>();
        for (int from = 0; from < all.size(); from += MOST_KEYS) {
            var some = all.subList(from, Math.min(all.size(), from + MOST_KEYS));
            // A few lengths, so that there are a few statements: the last key fills them up.
            int places = Integer.highestOneBit(2 * some.size() - 1);
            String marks = "?" + ",?".repeat(places - 1);
            found.addAll(
                    all(
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

    /** Runs a statement for each of {@code rows}, which may be none. For stores only. */
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
        return run(
                sql,
                // What a row that could not be bound may have left.
                PreparedStatement::clearBatch,
                statement -> {
                    count.add(fill.rows(statement));
                    return statement.executeBatch();
                });
    }

    @FunctionalInterface
    private interface StatementWork<T> {
        T with(PreparedStatement statement) throws SQLException;
    }

    private <T> T run(String sql, Bind bind, StatementWork<T> work) {
        try {
            if (postgres) {
                try (PreparedStatement fresh = handle.getConnection().prepareStatement(sql)) {
                    bind.to(fresh);
                    return work.with(fresh);
                }
            }
            PreparedStatement statement = statements.get(sql);
            if (statement == null) {
                statement = handle.getConnection().prepareStatement(sql);
                statements.put(sql, statement);
            }
            bind.to(statement);
            return work.with(statement);
        } catch (SQLException e) {
            throw new StoreException("the database failed: " + e.getMessage(), e);
        }
    }

    /**
     * Tells all nodes, this one too, when this transaction commits. Nothing happens on SQLite,
     * which has one node.
     *
     * @param message at most 4000 characters
     */
    public void announce(String message) {
        if (postgres) {
            handle.createQuery("SELECT pg_notify('slipway', ?)")
                    .bind(0, message)
                    .map((row, context) -> true)
                    .one();
        }
    }

    /**
     * Makes other transactions on any node that lock the same key wait until this one ends. Nothing
     * happens on SQLite, where one transaction writes at a time.
     */
    public void lock(long key) {
        if (postgres) {
            handle.createQuery("SELECT pg_advisory_xact_lock(?)")
                    .bind(0, key)
                    .map((row, context) -> true)
                    .one();
        }
    }

    /** For stores only; the architecture test holds that wall. */
    public Handle handle() {
        return handle;
    }
}
