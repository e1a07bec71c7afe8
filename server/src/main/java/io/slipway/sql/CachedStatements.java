package io.slipway.sql;

import java.sql.CallableStatement;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jdbi.v3.core.statement.StatementBuilder;
import org.jdbi.v3.core.statement.StatementContext;

/**
 * Keeps a connection's prepared statements: preparing costs SQLite more than running a look-up.
 * Belongs to one connection and so to one thread.
 */
final class CachedStatements implements StatementBuilder {

    private static final int MAX = 256;

    private final Map<String, PreparedStatement> idle =
            new LinkedHashMap<>(64, 0.75f, true) {
                @Override
                protected boolean removeEldestEntry(Map.Entry<String, PreparedStatement> eldest) {
                    if (size() <= MAX) {
                        return false;
                    }
                    closeQuietly(eldest.getValue());
                    return true;
                }
            };
    // By what they were prepared from: on closing, Jdbi names the text before its :names became
    // marks, under which none is ever asked for.
    private final IdentityHashMap<PreparedStatement, String> lent = new IdentityHashMap<>();

    @Override
    public Statement create(Connection connection, StatementContext context) throws SQLException {
        return connection.createStatement();
    }

    @Override
    public PreparedStatement create(Connection connection, String sql, StatementContext context)
            throws SQLException {
        PreparedStatement cached = idle.remove(sql);
        PreparedStatement statement = cached == null ? connection.prepareStatement(sql) : cached;
        lent.put(statement, sql);
        return statement;
    }

    @Override
    public CallableStatement createCall(Connection connection, String sql, StatementContext context)
            throws SQLException {
        return connection.prepareCall(sql);
    }

    @Override
    public void close(Connection connection, String sql, Statement statement) throws SQLException {
        String prepared = statement instanceof PreparedStatement ? lent.remove(statement) : null;
        if (prepared != null && statement instanceof PreparedStatement cached) {
            cached.clearParameters();
            cached.clearBatch();
            PreparedStatement other = idle.put(prepared, cached);
            if (other != null) {
                other.close();
            }
        } else {
            statement.close();
        }
    }

    @Override
    public void close(Connection connection) {
        idle.values().forEach(CachedStatements::closeQuietly);
        idle.clear();
    }

    private static void closeQuietly(PreparedStatement statement) {
        try {
            statement.close();
        } catch (SQLException e) {
            // It goes with its connection.
        }
    }
}
