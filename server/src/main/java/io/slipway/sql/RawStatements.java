package io.slipway.sql;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Statements without Jdbi, whose overhead is ten times the cost of a single-row look-up: parameters
 * are set by position, and rows are read with JDBC. For the one class per feature that holds its
 * hottest statements and states why (listed in the architecture test); everything else uses {@link
 * Tx#query} and {@link Tx#update}. Belongs to its transaction.
 */
public final class RawStatements {

    private final Connection connection;
    private final @Nullable CachedStatements cache;
    private final StatementCount count;

    /**
     * @param cache null if the driver caches statements itself
     * @param count counts all statements
     */
    RawStatements(Connection connection, @Nullable CachedStatements cache, StatementCount count) {
        this.connection = connection;
        this.cache = cache;
        this.count = count;
    }

    /** Sets a statement's parameters, the first of which is 1. */
    @FunctionalInterface
    public interface Bind {
        void to(PreparedStatement statement) throws SQLException;
    }

    /** Reads the current row. */
    @FunctionalInterface
    public interface Read<T> {
        T from(ResultSet row) throws SQLException;
    }

    /** The first row. */
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

    /** All rows. */
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

    /** Changes rows; returns how many. */
    public int update(String sql, Bind bind) {
        return run(
                sql,
                bind,
                statement -> {
                    count.add(1);
                    return statement.executeUpdate();
                });
    }

    /** See {@link Tx#batch(String, Tx.Fill)}. */
    int[] batch(String sql, Tx.Fill fill) {
        return run(
                sql,
                // In case a row that failed to bind has left some.
                PreparedStatement::clearBatch,
                statement -> {
                    count.add(fill.rows(statement));
                    return statement.executeBatch();
                });
    }

    @FunctionalInterface
    private interface Work<T> {
        T with(PreparedStatement statement) throws SQLException;
    }

    private <T> T run(String sql, Bind bind, Work<T> work) {
        try {
            if (cache == null) {
                try (PreparedStatement fresh = connection.prepareStatement(sql)) {
                    bind.to(fresh);
                    return work.with(fresh);
                }
            }
            PreparedStatement statement = cache.lend(connection, sql);
            try {
                bind.to(statement);
                return work.with(statement);
            } finally {
                cache.giveBack(statement);
            }
        } catch (SQLException e) {
            throw new StoreException("the database failed: " + e.getMessage(), e);
        }
    }
}
