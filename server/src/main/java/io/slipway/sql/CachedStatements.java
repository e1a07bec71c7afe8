package io.slipway.sql;

import java.sql.CallableStatement;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import org.jdbi.v3.core.statement.StatementBuilder;
import org.jdbi.v3.core.statement.StatementContext;

/**
 * Caches a SQLite connection's prepared statements, Jdbi's and raw ones: with SQLite, preparing
 * costs more than running a look-up. PostgreSQL's driver has its own cache. Belongs to one
 * connection and so to one thread.
 */
final class CachedStatements implements StatementBuilder {

    /** More than the server has statements; those with lists come in several lengths. */
    private static final int MAX = 512;

    private static final class Entry {
        final PreparedStatement statement;
        boolean lent = true;

        Entry(PreparedStatement statement) {
            this.statement = statement;
        }
    }

    // The least recently used comes first.
    private final LinkedHashMap<String, Entry> byText = new LinkedHashMap<>(64, 0.75f, true);
    // On closing, Jdbi passes the text with its :names, which is not the key of the cache.
    private final IdentityHashMap<PreparedStatement, Entry> byStatement = new IdentityHashMap<>();

    /** A statement for exclusive use until {@link #giveBack}. */
    PreparedStatement lend(Connection connection, String sql) throws SQLException {
        Entry known = byText.get(sql);
        if (known != null && !known.lent) {
            known.lent = true;
            return known.statement;
        }
        PreparedStatement made = connection.prepareStatement(sql);
        if (known == null) {
            var entry = new Entry(made);
            byText.put(sql, entry);
            byStatement.put(made, entry);
            if (byText.size() > MAX) {
                closeEldest();
            }
        }
        return made;
    }

    void giveBack(PreparedStatement statement) throws SQLException {
        Entry entry = byStatement.get(statement);
        if (entry == null) {
            // Prepared while the cached one was in use.
            statement.close();
        } else {
            entry.lent = false;
        }
    }

    private void closeEldest() {
        var eldest = byText.values().iterator();
        while (eldest.hasNext()) {
            Entry entry = eldest.next();
            if (!entry.lent) {
                eldest.remove();
                byStatement.remove(entry.statement);
                closeQuietly(entry.statement);
                return;
            }
        }
    }

    @Override
    public Statement create(Connection connection, StatementContext context) throws SQLException {
        return connection.createStatement();
    }

    @Override
    public PreparedStatement create(Connection connection, String sql, StatementContext context)
            throws SQLException {
        return lend(connection, sql);
    }

    @Override
    public CallableStatement createCall(Connection connection, String sql, StatementContext context)
            throws SQLException {
        return connection.prepareCall(sql);
    }

    @Override
    public void close(Connection connection, String sql, Statement statement) throws SQLException {
        if (statement instanceof PreparedStatement prepared && byStatement.containsKey(prepared)) {
            prepared.clearParameters();
            prepared.clearBatch();
            giveBack(prepared);
        } else {
            statement.close();
        }
    }

    @Override
    public void close(Connection connection) {
        byText.values().forEach(entry -> closeQuietly(entry.statement));
        byText.clear();
        byStatement.clear();
    }

    private static void closeQuietly(PreparedStatement statement) {
        try {
            statement.close();
        } catch (SQLException e) {
            // It is closed with its connection.
        }
    }
}
