package io.slipway.sql;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The engines on which every store's contract is tested; each call returns a separate database
 * without rows. Its tables were created by the migrations once in this JVM: creating them again for
 * each test would take most of the test's time. On PostgreSQL it is one that an earlier test has
 * used, emptied: creating and dropping hundreds of files for each test takes longer than most
 * tests.
 */
public enum TestEngine {
    SQLITE,
    POSTGRES;

    private static final String FILE = "slipway.db";
    private static final String TEMPLATE = "migrated";

    /** More than concurrent tests open together: older ones are no longer in use. */
    private static final int KEPT = 12;

    private static final Deque<String> LEFT = new ArrayDeque<>();

    private static final String TABLES =
            """
            SELECT coalesce(string_agg(relname, ' ' ORDER BY relname), '') FROM pg_class
            WHERE relnamespace = 'public'::regnamespace\
            """;

    // A file that was written to once keeps its length, so that few tables are emptied
    // unnecessarily.
    private static final String EMPTY =
            """
            DO $$ DECLARE each record; BEGIN
                SET LOCAL session_replication_role = replica;
                FOR each IN SELECT oid::regclass AS name, pg_relation_size(oid) AS size
                    FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace
                        AND relname <> 'flyway_schema_history' AND pg_relation_size(oid) > 0 LOOP
                    IF each.size > 1000000 THEN
                        EXECUTE 'TRUNCATE ' || each.name || ' CASCADE';
                    ELSE
                        EXECUTE 'DELETE FROM ' || each.name;
                    END IF;
                END LOOP;
            END $$\
            """;

    private static final AtomicInteger COUNTER = new AtomicInteger();
    private static EmbeddedPostgres server;
    private static String tables;
    private static byte[] migrated;

    /** A database with all tables; for SQLite the one in the folder, if there is one. */
    public DatabaseConfig config(Path folder) {
        if (this == POSTGRES) {
            return postgres(folder, freshPostgres(true));
        }
        try {
            Path file = Files.createDirectories(folder).resolve(FILE);
            if (Files.notExists(file)) {
                Files.write(file, migrated());
            }
            return sqlite(folder);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A database without tables, as at a first start. */
    public DatabaseConfig empty(Path folder) {
        return this == SQLITE ? sqlite(folder) : postgres(folder, freshPostgres(false));
    }

    public Database open(Path folder) {
        return Database.open(config(folder));
    }

    private static DatabaseConfig sqlite(Path folder) {
        return new DatabaseConfig(folder, "", "", "", 4);
    }

    private static DatabaseConfig postgres(Path folder, String url) {
        return new DatabaseConfig(folder, url, "postgres", "postgres", 4);
    }

    private static synchronized byte[] migrated() throws IOException {
        if (migrated == null) {
            Path folder = Files.createTempDirectory("slipway-template");
            Database.open(sqlite(folder)).close();
            // Closing leaves one file, which includes the write-ahead log.
            migrated = Files.readAllBytes(folder.resolve(FILE));
            Files.delete(folder.resolve(FILE));
            Files.delete(folder);
        }
        return migrated;
    }

    private static synchronized String freshPostgres(boolean withTables) {
        try {
            if (server == null) {
                // Ends with the test JVM.
                server =
                        EmbeddedPostgres.builder()
                                .setServerConfig("max_connections", "300")
                                // Nothing that it stores needs to survive a power failure.
                                .setServerConfig("fsync", "off")
                                .start();
            }
            if (withTables && tables == null) {
                sql("CREATE DATABASE " + TEMPLATE);
                Database.open(postgres(Path.of("."), url(TEMPLATE))).close();
                try (var connection =
                                DriverManager.getConnection(url(TEMPLATE), "postgres", "postgres");
                        var run = connection.createStatement()) {
                    tables = tables(run);
                }
            }
            if (withTables && LEFT.size() >= KEPT) {
                String name = LEFT.remove();
                if (emptied(name)) {
                    LEFT.add(name);
                    return url(name);
                }
            }
            String name = "t" + COUNTER.incrementAndGet();
            sql("CREATE DATABASE " + name + (withTables ? " TEMPLATE " + TEMPLATE : ""));
            if (withTables) {
                LEFT.add(name);
            }
            return url(name);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    // False if it is in use, or a test has changed its tables: then it stays as it is until this
    // JVM ends. There are few of those, and few databases without tables.
    private static boolean emptied(String name) throws SQLException {
        try (var connection = DriverManager.getConnection(url(name), "postgres", "postgres");
                var run = connection.createStatement()) {
            String others =
                    "SELECT 1 FROM pg_stat_activity WHERE datname = current_database()"
                            + " AND pid <> pg_backend_pid() AND backend_type = 'client backend'";
            try (var found = run.executeQuery(others)) {
                if (found.next()) {
                    return false;
                }
            }
            if (!tables(run).equals(tables)) {
                return false;
            }
            run.execute(EMPTY);
            return true;
        }
    }

    private static String tables(Statement run) throws SQLException {
        try (var found = run.executeQuery(TABLES)) {
            found.next();
            return found.getString(1);
        }
    }

    private static String url(String name) {
        return server.getJdbcUrl("postgres", name);
    }

    private static void sql(String statement) throws SQLException {
        try (var connection = server.getPostgresDatabase().getConnection();
                var run = connection.createStatement()) {
            run.execute(statement);
        }
    }
}
