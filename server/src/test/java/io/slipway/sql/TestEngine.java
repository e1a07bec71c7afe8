package io.slipway.sql;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.concurrent.atomic.AtomicInteger;

/** The engines that every store's contract runs on; each call gives an empty database. */
public enum TestEngine {
    SQLITE,
    POSTGRES;

    private static final AtomicInteger COUNTER = new AtomicInteger();
    private static EmbeddedPostgres server;

    public DatabaseConfig config(Path folder) {
        return this == SQLITE
                ? new DatabaseConfig(folder, "", "", "", 4)
                : new DatabaseConfig(folder, freshPostgres(), "postgres", "postgres", 4);
    }

    public Database open(Path folder) {
        return Database.open(config(folder));
    }

    private static synchronized String freshPostgres() {
        try {
            if (server == null) {
                // Ends with the test JVM.
                server =
                        EmbeddedPostgres.builder()
                                .setServerConfig("max_connections", "300")
                                .start();
            }
            String name = "t" + COUNTER.incrementAndGet();
            try (var connection = server.getPostgresDatabase().getConnection();
                    var statement = connection.createStatement()) {
                statement.execute("CREATE DATABASE " + name);
            }
            return server.getJdbcUrl("postgres", name);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }
}
