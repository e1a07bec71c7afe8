package io.slipway.sql;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Properties;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.sqlite.SQLiteConfig;

/**
 * All rows of a database as of one moment, read on a connection of its own while servers use it and
 * without changing anything. Memory does not grow with the database; on SQLite, its write-ahead log
 * grows by what is written until this is closed. For one thread.
 */
public final class DatabaseSnapshot implements AutoCloseable {

    private static final int FETCHED = 500;

    /** Of a table whose rows may have megabytes: PostgreSQL's driver keeps what was fetched. */
    private static final int FETCHED_LARGE = 4;

    private static final Set<String> LARGE = Set.of("build_sbom");

    /** For one step of one statement on PostgreSQL; sorting a large table is one. */
    private static final int STEP_SECONDS = 600;

    private static final int BUSY_MS = 30_000;

    private final Connection connection;
    private final boolean postgres;
    private final @Nullable Integer version;

    private DatabaseSnapshot(Connection connection, boolean postgres) throws SQLException {
        this.connection = connection;
        this.postgres = postgres;
        // The first statement, which fixes the moment.
        this.version = Schema.of(connection, postgres);
    }

    /** Receives a row; what it throws ends the reading. */
    @FunctionalInterface
    public interface RowReader {

        /**
         * @param values one for each column: null, a Long, a Double, a String or a byte[]; used
         *     again for the next row
         */
        void row(@Nullable Object[] values) throws IOException;
    }

    /**
     * @throws StoreException in one line if there is no database or it can't be read
     */
    public static DatabaseSnapshot open(DatabaseConfig config) {
        Connection connection = null;
        try {
            connection = config.postgres() ? postgres(config) : sqlite(file(config));
            connection.setAutoCommit(false);
            if (config.postgres()) {
                connection.setReadOnly(true);
                connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
            }
            return new DatabaseSnapshot(connection, config.postgres());
        } catch (SQLException e) {
            close(connection);
            throw new StoreException("the database can't be read: " + Schema.message(e), e);
        }
    }

    // Not opened here, but by SQLite: closing it would release its locks, if this process serves
    // it.
    private static Path file(DatabaseConfig config) {
        Path file = SqliteEngine.file(config.folder());
        if (!Files.exists(file)) {
            throw new StoreException("there is no database " + file.toAbsolutePath(), null);
        }
        // Not looked into: closing any file on it would release the locks that this process has on
        // it, if a server in it uses the database.
        return file;
    }

    private static Connection sqlite(Path file) throws SQLException {
        var config = new SQLiteConfig();
        config.setBusyTimeout(BUSY_MS);
        Connection connection = config.createConnection("jdbc:sqlite:" + file);
        try (Statement statement = connection.createStatement()) {
            statement.execute("PRAGMA query_only=ON");
        }
        return connection;
    }

    /** A connection for work that takes long, beside the pools. */
    static Connection postgres(DatabaseConfig config) throws SQLException {
        var settings = new Properties();
        if (!config.user().isEmpty()) {
            settings.setProperty("user", config.user());
            settings.setProperty("password", config.password());
        }
        settings.setProperty("ApplicationName", "slipway-copy");
        settings.setProperty("connectTimeout", "10");
        settings.setProperty("socketTimeout", Integer.toString(STEP_SECONDS + 5));
        settings.setProperty("reWriteBatchedInserts", "true");
        settings.setProperty("tcpKeepAlive", "true");
        settings.setProperty(
                "options",
                "-c statement_timeout="
                        + STEP_SECONDS * 1000
                        + " -c lock_timeout="
                        + BUSY_MS
                        // Images are stored in between, which takes as long as it takes.
                        + " -c idle_in_transaction_session_timeout=0"
                        + " -c synchronous_commit=on");
        return DriverManager.getConnection(config.url(), settings);
    }

    /** The version of its tables; null if it has none of Slipway's. */
    public @Nullable Integer version() {
        return version;
    }

    /** Passes all rows of a table in the order of its key; returns how many. */
    public long rows(SchemaTable table, RowReader reader) throws IOException {
        return rows(connection, table, reader);
    }

    static long rows(Connection connection, SchemaTable table, RowReader reader)
            throws IOException {
        int fetched = LARGE.contains(table.name()) ? FETCHED_LARGE : FETCHED;
        return rows(connection, table.select(), table.columns().size(), fetched, reader);
    }

    /** Passes the different values of some columns, in their order; returns how many. */
    public long distinct(String table, List<String> columns, RowReader reader) throws IOException {
        String listed = String.join(", ", columns);
        String sql = "SELECT DISTINCT " + listed + " FROM " + table + " ORDER BY " + listed;
        return rows(connection, sql, columns.size(), FETCHED, reader);
    }

    /** Whether there is such a table with a row in it. */
    public boolean hasRows(String table) {
        try {
            return Schema.exists(connection, table, postgres) && hasRows(connection, table);
        } catch (SQLException e) {
            throw new StoreException("the database can't be read: " + Schema.message(e), e);
        }
    }

    /** Whether a table has a row with this value. */
    public boolean has(String table, String column, String value) {
        String sql = "SELECT 1 FROM " + table + " WHERE " + column + " = ?";
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setString(1, value);
            try (ResultSet rows = statement.executeQuery()) {
                return rows.next();
            }
        } catch (SQLException e) {
            throw new StoreException("the database can't be read: " + Schema.message(e), e);
        }
    }

    /** Whether there are accounts or devices. */
    static boolean used(Connection connection, boolean postgres) throws SQLException {
        for (String table : List.of("account", "device")) {
            if (Schema.exists(connection, table, postgres) && hasRows(connection, table)) {
                return true;
            }
        }
        return false;
    }

    /** As above, of this one. */
    boolean used() throws SQLException {
        return used(connection, postgres);
    }

    private static boolean hasRows(Connection connection, String table) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT 1 FROM " + table + " LIMIT 1")) {
            return rows.next();
        }
    }

    private static long rows(
            Connection connection, String sql, int columns, int fetched, RowReader reader)
            throws IOException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setFetchSize(fetched);
            long count = 0;
            var values = new @Nullable Object[columns];
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    for (int i = 0; i < columns; i++) {
                        Object value = rows.getObject(i + 1);
                        values[i] = value instanceof Integer small ? small.longValue() : value;
                    }
                    reader.row(values);
                    count++;
                }
            }
            return count;
        } catch (SQLException e) {
            throw new StoreException("the database can't be read: " + Schema.message(e), e);
        }
    }

    private static void close(@Nullable Connection connection) {
        try {
            if (connection != null) {
                connection.close();
            }
        } catch (SQLException e) {
            // Nothing was written on it.
        }
    }

    @Override
    public void close() {
        close(connection);
    }
}
