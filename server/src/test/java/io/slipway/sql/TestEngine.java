package io.slipway.sql;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The engines that every store's contract runs on; each call gives a database of its own without
 * rows. Its tables are those that the migrations made once in this JVM: making them again for each
 * test would take most of its time.
 */
public enum TestEngine {
    SQLITE,
    POSTGRES;

    private static final String FILE = "slipway.db";
    private static final String TEMPLATE = "migrated";

    /** More than any test opens, with those beside it. */
    private static final int KEPT = 24;

    private static final AtomicInteger COUNTER = new AtomicInteger();
    private static EmbeddedPostgres server;
    private static boolean made;
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

    /** A database without tables, as a first start finds it. */
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
            // Closing leaves one file: what was written ahead is in it.
            migrated = Files.readAllBytes(folder.resolve(FILE));
            Files.delete(folder.resolve(FILE));
            Files.delete(folder);
        }
        return migrated;
    }

    private static synchronized String freshPostgres(boolean tables) {
        try {
            if (server == null) {
                // Ends with the test JVM.
                server =
                        EmbeddedPostgres.builder()
                                .setServerConfig("max_connections", "300")
                                .start();
            }
            if (tables && !made) {
                sql("CREATE DATABASE " + TEMPLATE);
                Database.open(postgres(Path.of("."), url(TEMPLATE))).close();
                made = true;
            }
            int number = COUNTER.incrementAndGet();
            if (number > KEPT) {
                drop("t" + (number - KEPT));
            }
            String name = "t" + number;
            sql("CREATE DATABASE " + name + (tables ? " TEMPLATE " + TEMPLATE : ""));
            return url(name);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    // Hundreds that are left would keep the JVM from ending: their files are deleted then.
    private static void drop(String name) throws SQLException {
        try (var connection = server.getPostgresDatabase().getConnection();
                var run = connection.createStatement()) {
            try (var users =
                    run.executeQuery(
                            "SELECT 1 FROM pg_stat_activity WHERE datname = '" + name + "'")) {
                if (users.next()) {
                    return;
                }
            }
            run.execute("DROP DATABASE IF EXISTS " + name);
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
