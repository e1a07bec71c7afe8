package io.slipway.sql;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.TreeMap;
import java.util.TreeSet;
import javax.sql.DataSource;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.MigrationInfo;
import org.jspecify.annotations.Nullable;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteDataSource;

/**
 * The tables at some version, read from a temporary database that the migrations make: so they are
 * exactly Slipway's, also in a database that other programs use.
 *
 * @param version of the last migration, such as 33
 * @param tables each after those that it needs
 */
public record Schema(int version, List<SchemaTable> tables) {

    /** Flyway's own table. */
    static final String HISTORY = "flyway_schema_history";

    /**
     * @throws StoreException if no migration has this version
     */
    public static Schema at(int version) {
        if (!Known.VERSIONS.contains(version)) {
            throw new StoreException("this program knows no tables of version " + version, null);
        }
        try {
            Path file = Files.createTempFile("slipway-tables", ".db");
            try {
                var config = new SQLiteConfig();
                config.setJournalMode(SQLiteConfig.JournalMode.OFF);
                config.setSynchronous(SQLiteConfig.SynchronousMode.OFF);
                var source = new SQLiteDataSource(config);
                source.setUrl("jdbc:sqlite:" + file);
                create(source, false, version);
                try (Connection connection = source.getConnection()) {
                    return new Schema(version, tables(connection));
                }
            } finally {
                Files.deleteIfExists(file);
            }
        } catch (IOException | SQLException | FlywayException e) {
            throw new StoreException("the tables can't be made for comparison: " + e, e);
        }
    }

    /** The version that this program works with. */
    public static int newest() {
        return Known.VERSIONS.last();
    }

    /** Read once, when they are needed first: that takes a while. */
    private static final class Known {
        static final NavigableSet<Integer> VERSIONS =
                Collections.unmodifiableNavigableSet(versions());
    }

    private static TreeSet<Integer> versions() {
        var source = new SQLiteDataSource();
        source.setUrl("jdbc:sqlite::memory:");
        var versions = new TreeSet<Integer>();
        for (MigrationInfo each : Database.migrations(source, false).load().info().all()) {
            versions.add(each.getVersion().getMajor().intValueExact());
        }
        return versions;
    }

    /** Creates all tables as they were at a version. */
    static void create(DataSource source, boolean postgres, int version) {
        Database.migrations(source, postgres).target(Integer.toString(version)).load().migrate();
    }

    /**
     * The version of a database's tables; null if it has none of Slipway's.
     *
     * @throws SQLException if it can't be read
     */
    static @Nullable Integer of(Connection connection, boolean postgres) throws SQLException {
        if (!exists(connection, HISTORY, postgres)) {
            return null;
        }
        Integer newest = null;
        try (Statement statement = connection.createStatement();
                ResultSet rows =
                        statement.executeQuery(
                                "SELECT version, success FROM "
                                        + HISTORY
                                        + " WHERE version IS NOT NULL")) {
            while (rows.next()) {
                int version = Integer.parseInt(rows.getString(1).replaceFirst("[._].*", ""));
                if (rows.getBoolean(2) && (newest == null || version > newest)) {
                    newest = version;
                }
            }
        }
        return newest;
    }

    /** Whether there is a table in the schema that the connection uses. */
    static boolean exists(Connection connection, String table, boolean postgres)
            throws SQLException {
        String sql =
                postgres
                        ? "SELECT 1 FROM pg_tables WHERE schemaname = current_schema()"
                                + " AND tablename = ?"
                        : "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?";
        try (var statement = connection.prepareStatement(sql)) {
            statement.setString(1, table);
            try (ResultSet rows = statement.executeQuery()) {
                return rows.next();
            }
        }
    }

    private static List<SchemaTable> tables(Connection connection) throws SQLException {
        var found = new TreeMap<String, SchemaTable>();
        DatabaseMetaData data = connection.getMetaData();
        for (String name : names(connection)) {
            var columns = new ArrayList<String>();
            try (ResultSet rows = data.getColumns(null, null, name, null)) {
                while (rows.next()) {
                    // The name is a pattern, in which _ is any character.
                    if (rows.getString("TABLE_NAME").equals(name)) {
                        columns.add(rows.getString("COLUMN_NAME"));
                    }
                }
            }
            found.put(name, new SchemaTable(name, columns, key(data, name), needs(data, name)));
        }
        return ordered(found);
    }

    private static List<String> names(Connection connection) throws SQLException {
        var names = new ArrayList<String>();
        try (Statement statement = connection.createStatement();
                ResultSet rows =
                        statement.executeQuery(
                                "SELECT name FROM sqlite_master WHERE type = 'table'"
                                        + " AND name NOT LIKE 'sqlite%'")) {
            while (rows.next()) {
                if (!rows.getString(1).equals(HISTORY)) {
                    names.add(rows.getString(1));
                }
            }
        }
        return names;
    }

    private static List<String> key(DatabaseMetaData data, String table) throws SQLException {
        var key = new TreeMap<Integer, String>();
        try (ResultSet rows = data.getPrimaryKeys(null, null, table)) {
            while (rows.next()) {
                key.put(rows.getInt("KEY_SEQ"), rows.getString("COLUMN_NAME"));
            }
        }
        if (key.isEmpty()) {
            throw new StoreException("the table " + table + " has no primary key", null);
        }
        return List.copyOf(key.values());
    }

    private static List<String> needs(DatabaseMetaData data, String table) throws SQLException {
        var needs = new TreeSet<String>();
        try (ResultSet rows = data.getImportedKeys(null, null, table)) {
            while (rows.next()) {
                needs.add(rows.getString("PKTABLE_NAME"));
            }
        }
        return List.copyOf(needs);
    }

    private static List<SchemaTable> ordered(Map<String, SchemaTable> tables) {
        var done = new LinkedHashMap<String, SchemaTable>();
        while (done.size() < tables.size()) {
            int before = done.size();
            for (SchemaTable each : tables.values()) {
                if (done.keySet().containsAll(each.needs())) {
                    done.putIfAbsent(each.name(), each);
                }
            }
            if (done.size() == before) {
                throw new StoreException("tables need each other: " + tables.keySet(), null);
            }
        }
        return List.copyOf(done.values());
    }

    static String message(Throwable e) {
        return Arrays.stream(String.valueOf(e.getMessage()).split("\n")).findFirst().orElse("");
    }
}
