package io.slipway.sql;

import io.slipway.files.PrivateFiles;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.flywaydb.core.api.FlywayException;
import org.jspecify.annotations.Nullable;
import org.postgresql.ds.PGSimpleDataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteDataSource;

/**
 * Fills a database that no server uses and that has neither accounts nor devices: all rows, or none
 * if this is closed before {@link #finish}. SQLite is filled in a file of another name; PostgreSQL
 * in one transaction. Nothing may be using it; the caller has locked the data folder. Memory does
 * not grow with the rows. For one thread.
 */
public final class Loading implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Loading.class);

    private static final int BATCH_ROWS = 500;
    private static final long BATCH_CHARACTERS = 4_000_000;

    private final DatabaseConfig config;
    private final Schema schema;
    private final Connection connection;
    private final @Nullable Path aside;
    private boolean finishing;

    private Loading(
            DatabaseConfig config, Schema schema, Connection connection, @Nullable Path aside) {
        this.config = config;
        this.schema = schema;
        this.connection = connection;
        this.aside = aside;
    }

    /** Passes rows on. */
    @FunctionalInterface
    public interface RowSource {

        /** Calls {@code sink} with each row, as {@link DatabaseSnapshot.RowReader} has them. */
        void rows(DatabaseSnapshot.RowReader sink) throws IOException;
    }

    /**
     * Creates the tables of {@code schema}, without rows.
     *
     * @throws StoreException in one line if the database has accounts or devices, or is in use
     */
    public static Loading begin(DatabaseConfig config, Schema schema) {
        try {
            return config.postgres() ? postgres(config, schema) : sqlite(config, schema);
        } catch (SQLException | IOException | FlywayException e) {
            throw new StoreException("the database can't be written: " + Schema.message(e), e);
        }
    }

    private static Loading sqlite(DatabaseConfig config, Schema schema)
            throws SQLException, IOException {
        PrivateFiles.folder(config.folder());
        Path file = SqliteEngine.file(config.folder());
        if (Files.exists(file) && Files.size(file) > 0) {
            try (DatabaseSnapshot there = DatabaseSnapshot.open(config)) {
                requireUnused(there.used(), file.toString());
            }
        }
        Path aside = file.resolveSibling(file.getFileName() + ".part");
        Files.deleteIfExists(aside);
        PrivateFiles.secure(aside);
        var settings = new SQLiteConfig();
        // What is unfinished is deleted: it needs no protection from a crash.
        settings.setJournalMode(SQLiteConfig.JournalMode.OFF);
        settings.setSynchronous(SQLiteConfig.SynchronousMode.OFF);
        settings.enforceForeignKeys(false);
        var source = new SQLiteDataSource(settings);
        source.setUrl("jdbc:sqlite:" + aside);
        Schema.create(source, false, schema.version());
        Connection connection = source.getConnection();
        connection.setAutoCommit(false);
        return emptied(new Loading(config, schema, connection, aside));
    }

    private static Loading postgres(DatabaseConfig config, Schema schema) throws SQLException {
        var source = new PGSimpleDataSource();
        source.setUrl(config.url());
        source.setConnectTimeout(10);
        if (!config.user().isEmpty()) {
            source.setUser(config.user());
            source.setPassword(config.password());
        }
        Connection connection = DatabaseSnapshot.postgres(config);
        try {
            String name = connection.getCatalog();
            requireUnused(DatabaseSnapshot.used(connection, true), name);
            requireNobody(connection, name);
            Integer present = Schema.of(connection, true);
            if (present != null && present != schema.version()) {
                drop(connection, Schema.at(present));
            }
            Schema.create(source, true, schema.version());
            connection.setAutoCommit(false);
            try (Statement statement = connection.createStatement()) {
                // Until the end nobody registers: a server that is started now has to wait.
                statement.execute("LOCK TABLE account, device IN ACCESS EXCLUSIVE MODE");
            }
            // One may have been started while the tables were made.
            requireUnused(DatabaseSnapshot.used(connection, true), name);
            requireNobody(connection, name);
            return emptied(new Loading(config, schema, connection, null));
        } catch (SQLException | RuntimeException e) {
            connection.close();
            throw e;
        }
    }

    private static void requireUnused(boolean used, String database) {
        if (used) {
            throw new StoreException(
                    "数据库 "
                            + database
                            + " 中已有账号或设备，没有改动 / the database "
                            + database
                            + " already has accounts or devices, and was not changed",
                    null);
        }
    }

    private static void requireNobody(Connection connection, String name) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows =
                        statement.executeQuery(
                                "SELECT 1 FROM pg_stat_activity WHERE application_name = 'slipway'"
                                        + " AND datname = current_database()")) {
            if (rows.next()) {
                throw new StoreException(
                        "数据库 "
                                + name
                                + " 正被服务器使用：请先停止它 / a server uses the database "
                                + name
                                + ": stop it first",
                        null);
            }
        }
    }

    // Of another version and unused: made again.
    private static void drop(Connection connection, Schema schema) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            for (SchemaTable each : schema.tables().reversed()) {
                statement.execute("DROP TABLE " + each.name());
            }
            statement.execute("DROP TABLE " + Schema.HISTORY);
        }
    }

    // A server that nobody has registered at has made keys.
    private static Loading emptied(Loading loading) throws SQLException {
        try (Statement statement = loading.connection.createStatement()) {
            for (SchemaTable each : loading.schema.tables().reversed()) {
                statement.execute("DELETE FROM " + each.name());
            }
            return loading;
        } catch (SQLException e) {
            loading.close();
            throw e;
        }
    }

    /** Inserts rows; tables come in the order of the schema. */
    public void insert(SchemaTable table, RowSource source) throws IOException {
        try (PreparedStatement statement = connection.prepareStatement(table.insert())) {
            var batch =
                    new DatabaseSnapshot.RowReader() {
                        private int rows;
                        private long characters;

                        @Override
                        public void row(@Nullable Object[] values) {
                            try {
                                for (int i = 0; i < values.length; i++) {
                                    Object value = values[i];
                                    statement.setObject(i + 1, value);
                                    characters += value instanceof String text ? text.length() : 8;
                                }
                                statement.addBatch();
                                rows++;
                                if (rows == BATCH_ROWS || characters > BATCH_CHARACTERS) {
                                    send();
                                }
                            } catch (SQLException e) {
                                throw failed(table, e);
                            }
                        }

                        void send() throws SQLException {
                            statement.executeBatch();
                            rows = 0;
                            characters = 0;
                        }
                    };
            source.rows(batch);
            batch.send();
        } catch (SQLException e) {
            throw failed(table, e);
        }
    }

    private static StoreException failed(SchemaTable table, SQLException e) {
        return new StoreException(
                "the table " + table.name() + " can't be written: " + Schema.message(e), e);
    }

    /** Reads back what was inserted, like {@link DatabaseSnapshot#rows}. */
    public long rows(SchemaTable table, DatabaseSnapshot.RowReader reader) throws IOException {
        return DatabaseSnapshot.rows(connection, table, reader);
    }

    /**
     * Whether all of it may be there to stay, even if {@link #finish} has failed: after a lost
     * connection nobody knows.
     */
    public boolean mayBeFinished() {
        return finishing;
    }

    /** Makes all of it durable; the caller then opens the database, which migrates it. */
    public void finish() {
        try {
            if (aside == null) {
                finishing = true;
                connection.commit();
                analyze();
                connection.close();
            } else {
                connection.commit();
                connection.close();
                replace(aside, config.folder());
            }
        } catch (SQLException | IOException e) {
            throw new StoreException("the database can't be written: " + Schema.message(e), e);
        }
    }

    // The planner knows nothing of what it has not seen; if this fails, it learns in time.
    private void analyze() {
        try {
            connection.setAutoCommit(true);
            try (Statement statement = connection.createStatement()) {
                for (SchemaTable each : schema.tables()) {
                    statement.execute("ANALYZE " + each.name());
                }
            }
        } catch (SQLException e) {
            LOG.warn("the new tables could not be analysed: {}", Schema.message(e));
        }
    }

    private void replace(Path aside, Path folder) throws IOException {
        Path file = SqliteEngine.file(folder);
        try (var channel = FileChannel.open(aside, StandardOpenOption.WRITE)) {
            channel.force(true);
        }
        // The former, unused database's: another's log would be applied to this one.
        for (Path each : SqliteEngine.beside(file)) {
            Files.deleteIfExists(each);
        }
        finishing = true;
        Files.move(
                aside, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        PrivateFiles.syncFolder(folder);
    }

    @Override
    public void close() {
        try {
            if (!connection.isClosed()) {
                connection.rollback();
                connection.close();
            }
            if (aside != null) {
                Files.deleteIfExists(aside);
            }
        } catch (SQLException | IOException e) {
            throw new StoreException("the database can't be closed: " + Schema.message(e), e);
        }
    }
}
