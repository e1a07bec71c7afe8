package io.slipway.bench;

import io.slipway.sql.Database;
import io.slipway.sql.DatabaseConfig;
import io.slipway.sql.Plane;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.Map;
import java.util.stream.Stream;

/** The engine for several nodes: a cluster that is reused, with a database for each copy. */
public final class PostgresStore implements Store {

    private static final String KEPT = "filled";
    private static final String COPY = "phase";

    private final Path original;
    private final EmbeddedPostgres server;

    public PostgresStore(Path results, int devices) {
        original = results.resolve("postgres-" + devices);
        try {
            Files.createDirectories(original);
            server =
                    EmbeddedPostgres.builder()
                            .setDataDirectory(original.resolve("cluster"))
                            .setCleanDataDirectory(false)
                            // The library is made for tests, and turns both off by default.
                            .setServerConfig("fsync", "on")
                            .setServerConfig("synchronous_commit", "on")
                            .setServerConfig("max_connections", "100")
                            .start();
        } catch (IOException e) {
            throw new BenchFailure("PostgreSQL did not start: " + e);
        }
    }

    @Override
    public String label() {
        return "PostgreSQL";
    }

    @Override
    public void fill(Filled wanted, PrintStream out) throws IOException {
        String print = wanted.print();
        if (!wanted.fresh() && Folders.marked(original, print)) {
            out.println("using the filled cluster " + original.getFileName());
            return;
        }
        Files.deleteIfExists(original.resolve("filled"));
        Files.deleteIfExists(original.resolve("secret.key"));
        sql("DROP DATABASE IF EXISTS " + KEPT);
        sql("CREATE DATABASE " + KEPT);
        out.println("filling " + original.getFileName() + ", once");
        try (Database database = Database.open(config(KEPT))) {
            new Fill(database, original, wanted.fleet()).devices(wanted.devices(), out);
        }
        Folders.mark(original, print);
    }

    @Override
    public void copy() {
        sql("DROP DATABASE IF EXISTS " + COPY + " WITH (FORCE)");
        sql("CREATE DATABASE " + COPY + " TEMPLATE " + KEPT);
        sql("CHECKPOINT");
    }

    private void sql(String statement) {
        try (var connection = server.getPostgresDatabase().getConnection();
                var run = connection.createStatement()) {
            run.execute(statement);
        } catch (SQLException e) {
            throw new BenchFailure(statement + ": " + e.getMessage());
        }
    }

    @Override
    public void clear() {
        sql("DROP DATABASE IF EXISTS " + COPY + " WITH (FORCE)");
        sql("CREATE DATABASE " + COPY);
    }

    @Override
    public Path folder() {
        return original;
    }

    @Override
    public DatabaseConfig config() {
        return config(COPY);
    }

    private DatabaseConfig config(String database) {
        String url = server.getJdbcUrl("postgres", database);
        return new DatabaseConfig(original, url, "postgres", "postgres", 8);
    }

    @Override
    public Map<String, String> settings() {
        return Map.of(
                "SLIPWAY_DATA_DIR",
                original.toString(),
                "SLIPWAY_DATABASE_URL",
                config().url(),
                "SLIPWAY_DATABASE_USER",
                "postgres",
                "SLIPWAY_DATABASE_PASSWORD",
                "postgres");
    }

    // A process that has ended meanwhile is not counted; the pool keeps its connections.
    @Override
    public double cpu() {
        try (var lines = Files.lines(original.resolve("cluster/postmaster.pid"))) {
            // Not a child process: it was started by a program that has ended.
            long pid = Long.parseLong(lines.findFirst().orElseThrow());
            return ProcessHandle.of(pid).stream()
                    .flatMap(first -> Stream.concat(Stream.of(first), first.descendants()))
                    .mapToDouble(process -> cpu(process.pid()))
                    .sum();
        } catch (IOException e) {
            throw new BenchFailure("PostgreSQL is gone: " + e);
        }
    }

    private static double cpu(long pid) {
        try {
            return Child.cpu(pid);
        } catch (UncheckedIOException e) {
            return 0;
        }
    }

    @Override
    public String durability() {
        try (Database database = Database.open(config())) {
            return database.read(
                    Plane.CONSOLE,
                    tx ->
                            "fsync="
                                    + show(tx, "fsync")
                                    + " synchronous_commit="
                                    + show(tx, "synchronous_commit"));
        }
    }

    private static String show(io.slipway.sql.Tx tx, String setting) {
        return tx.handle().createQuery("SHOW " + setting).mapTo(String.class).one();
    }

    @Override
    public void close() {
        try {
            server.close();
        } catch (IOException e) {
            throw new BenchFailure("PostgreSQL did not stop: " + e);
        }
    }
}
