package io.slipway.comeover;

import io.slipway.sql.StoreException;
import io.slipway.text.Printable;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Another server's database, MariaDB or MySQL: what tables and columns its version has, and its
 * rows, a page at a time in the order of their keys, so that memory stays the same with any number
 * of them and nothing there is kept waiting. Only reads. Belongs to one thread.
 */
final class ForeignStore implements AutoCloseable {

    /** Rows per statement. */
    static final int PAGE = 500;

    private static final int CONNECT_MILLIS = 10_000;
    private static final int STATEMENT_SECONDS = 60;

    /** Longer than a statement may take: the limit for a server that has fallen silent. */
    private static final int SILENCE_MILLIS = 90_000;

    private static final Set<String> NUMBERS =
            Set.of("tinyint", "smallint", "mediumint", "int", "bigint");

    /**
     * @param name as it is spelled there
     * @param type of MariaDB, lower case
     */
    private record ForeignColumn(String name, String type) {}

    private final Connection connection;
    private final String address;
    private final Map<String, Map<String, ForeignColumn>> tables;

    private ForeignStore(
            Connection connection, String address, Map<String, Map<String, ForeignColumn>> tables) {
        this.connection = connection;
        this.address = address;
        this.tables = tables;
    }

    /**
     * @throws StoreException in one line if it can't be reached or read
     */
    static ForeignStore open(ForeignAddress from) {
        var properties = new Properties();
        properties.setProperty("connectTimeout", Integer.toString(CONNECT_MILLIS));
        properties.setProperty("socketTimeout", Integer.toString(SILENCE_MILLIS));
        // A server must never get files of this machine.
        properties.setProperty("allowLocalInfile", "false");
        if (!from.user().isEmpty()) {
            properties.setProperty("user", from.user());
            properties.setProperty("password", from.password());
        }
        try {
            Connection connection = DriverManager.getConnection(from.driverUrl(), properties);
            try {
                connection.setReadOnly(true);
                try (var zone = connection.createStatement()) {
                    // A TIMESTAMP is then read in UTC, whatever that server's time zone is.
                    zone.execute("SET SESSION time_zone = '+00:00'");
                }
                return new ForeignStore(connection, from.toString(), tables(connection));
            } catch (SQLException | RuntimeException e) {
                connection.close();
                throw e;
            }
        } catch (SQLException e) {
            throw new StoreException(
                    "无法读取 " + from + " / " + from + " can't be read: " + line(e), e);
        }
    }

    // Drivers write several lines, with what the server says in its own words.
    private static String line(SQLException e) {
        String message = String.valueOf(e.getMessage());
        return Printable.marked(message.lines().findFirst().orElse(message));
    }

    private static Map<String, Map<String, ForeignColumn>> tables(Connection connection)
            throws SQLException {
        var tables = new HashMap<String, Map<String, ForeignColumn>>();
        try (var columns = connection.createStatement()) {
            columns.setQueryTimeout(STATEMENT_SECONDS);
            try (ResultSet row =
                    columns.executeQuery(
                            "SELECT table_name, column_name, data_type"
                                    + " FROM information_schema.columns"
                                    + " WHERE table_schema = DATABASE()")) {
                while (row.next()) {
                    var column =
                            new ForeignColumn(
                                    row.getString(2), row.getString(3).toLowerCase(Locale.ROOT));
                    tables.computeIfAbsent(row.getString(1), first -> new HashMap<>())
                            .put(key(column.name()), column);
                }
            }
        }
        return tables;
    }

    // One version spells user_id what another spells userId.
    private static String key(String column) {
        return column.replace("_", "").toLowerCase(Locale.ROOT);
    }

    /** Whether it has tables of these names. */
    boolean has(String... names) {
        return tables.keySet().containsAll(Set.of(names));
    }

    private @Nullable ForeignColumn find(String table, String... spellings) {
        Map<String, ForeignColumn> columns = tables.getOrDefault(table, Map.of());
        for (String spelling : spellings) {
            ForeignColumn found = columns.get(key(spelling));
            if (found != null) {
                return found;
            }
        }
        return null;
    }

    /** Whether it has such a column. */
    boolean hasColumn(String table, String... spellings) {
        return find(table, spellings) != null;
    }

    /** Whether a column's times are in UTC, not in that server's own time zone. */
    boolean utc(String table, String... spellings) {
        ForeignColumn found = find(table, spellings);
        return found != null && found.type().equals("timestamp");
    }

    /**
     * A column for a statement.
     *
     * @param of the table's short name in the statement
     * @param spellings the first that there is, whatever its case and underscores
     * @throws StoreException if there is none: a version of that server that nobody knew of here
     */
    String column(String of, String table, String... spellings) {
        ForeignColumn found = find(table, spellings);
        if (found == null) {
            throw new StoreException(
                    address
                            + " 的表 "
                            + table
                            + " 没有列 "
                            + spellings[0]
                            + "：未知的版本 / table "
                            + table
                            + " of "
                            + address
                            + " has no column "
                            + spellings[0]
                            + ": an unknown version",
                    null);
        }
        return of + "." + quoted(found.name());
    }

    /** Like {@link #column}, {@code NULL} if there is none. */
    String optional(String of, String table, String... spellings) {
        return hasColumn(table, spellings) ? column(of, table, spellings) : "NULL";
    }

    private static String quoted(String name) {
        return "`" + name.replace("`", "``") + "`";
    }

    /**
     * What to read.
     *
     * @param columns by the names that they get
     * @param from the tables, joined
     * @param table of the key
     * @param key name of the column that orders the rows, unique, of the table {@code t}
     * @param filter a condition with one parameter; {@code ""} for none
     */
    record ForeignSelect(
            Map<String, String> columns,
            String from,
            String table,
            String key,
            String filter,
            String filterValue) {}

    /**
     * Reads all rows, a page at a time.
     *
     * @throws StoreException in one line if the database fails
     */
    void pages(ForeignSelect select, Consumer<List<ForeignRow>> reader) {
        String key = column("t", select.table(), select.key());
        ForeignColumn keyColumn = find(select.table(), select.key());
        boolean number = keyColumn != null && NUMBERS.contains(keyColumn.type());
        List<String> names = List.copyOf(select.columns().keySet());
        String columns =
                names.stream()
                        .map(name -> select.columns().get(name) + " AS " + quoted(name))
                        .collect(Collectors.joining(", "));
        String after = null;
        while (true) {
            var conditions = new ArrayList<String>();
            if (!select.filter().isEmpty()) {
                conditions.add(select.filter());
            }
            if (after != null) {
                conditions.add(key + " > ?");
            }
            String where = conditions.isEmpty() ? "" : " WHERE " + String.join(" AND ", conditions);
            String sql =
                    "SELECT "
                            + key
                            + ", "
                            + columns
                            + " FROM "
                            + select.from()
                            + where
                            + " ORDER BY "
                            + key
                            + " LIMIT "
                            + PAGE;
            var page = new ArrayList<ForeignRow>(PAGE);
            try (PreparedStatement statement = connection.prepareStatement(sql)) {
                statement.setQueryTimeout(STATEMENT_SECONDS);
                int parameter = 1;
                if (!select.filter().isEmpty()) {
                    statement.setString(parameter++, select.filterValue());
                }
                if (after != null && number) {
                    // A text would be compared as a floating-point number, which loses digits.
                    statement.setLong(parameter, Long.parseLong(after));
                } else if (after != null) {
                    statement.setString(parameter, after);
                }
                try (ResultSet row = statement.executeQuery()) {
                    while (row.next()) {
                        after = row.getString(1);
                        page.add(row(row, names));
                    }
                }
            } catch (SQLException e) {
                throw new StoreException(
                        "无法读取 " + address + " / " + address + " can't be read: " + line(e), e);
            }
            if (!page.isEmpty()) {
                reader.accept(page);
            }
            if (page.size() < PAGE) {
                return;
            }
        }
    }

    private static ForeignRow row(ResultSet row, List<String> names) throws SQLException {
        var values = new HashMap<String, String>();
        for (int i = 0; i < names.size(); i++) {
            String value = row.getString(i + 2);
            if (value != null) {
                values.put(names.get(i), value);
            }
        }
        return new ForeignRow(values);
    }

    @Override
    public void close() {
        try {
            connection.close();
        } catch (SQLException e) {
            throw new StoreException(address + " can't be closed: " + line(e), e);
        }
    }
}
