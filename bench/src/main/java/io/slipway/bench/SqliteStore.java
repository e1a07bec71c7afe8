package io.slipway.bench;

import io.slipway.sql.Database;
import io.slipway.sql.DatabaseConfig;
import io.slipway.sql.Plane;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** The embedded engine: a folder, copied as files. */
public final class SqliteStore implements Store {

    private final Path original;
    private final Path copy;

    public SqliteStore(Path results, Path work, int devices) {
        this(results, work, devices, "data");
    }

    /**
     * @param copy name of the copy, if several exist at once
     */
    public SqliteStore(Path results, Path work, int devices, String copy) {
        original = results.resolve("data-" + devices);
        this.copy = work.resolve(copy);
    }

    @Override
    public String label() {
        return "SQLite";
    }

    @Override
    public void fill(Filled wanted, PrintStream out) throws IOException {
        String print = wanted.print();
        if (!wanted.fresh() && Folders.marked(original, print)) {
            out.println("using the filled store " + original.getFileName());
            return;
        }
        Folders.delete(original);
        Files.createDirectories(original);
        out.println("filling " + original.getFileName() + ", once");
        try (Database database = Database.open(config(original))) {
            new Fill(database, original, wanted.fleet()).devices(wanted.devices(), out);
        }
        Folders.mark(original, print);
    }

    @Override
    public void copy() throws IOException {
        Folders.copy(original, copy);
    }

    @Override
    public void clear() throws IOException {
        Folders.delete(copy);
        Files.createDirectories(copy);
    }

    @Override
    public Path folder() {
        return copy;
    }

    @Override
    public DatabaseConfig config() {
        return config(copy);
    }

    private static DatabaseConfig config(Path folder) {
        return new DatabaseConfig(folder, "", "", "", 8);
    }

    @Override
    public Map<String, String> settings() {
        return Map.of("SLIPWAY_DATA_DIR", copy.toString());
    }

    @Override
    public double cpu() {
        return 0;
    }

    @Override
    public String durability() {
        try (Database database = Database.open(config())) {
            String mode =
                    database.read(
                            Plane.CONSOLE,
                            tx ->
                                    tx.handle()
                                            .createQuery("PRAGMA journal_mode")
                                            .mapTo(String.class)
                                            .one());
            return "journal_mode=" + mode + ", synced before a commit is acknowledged";
        }
    }

    @Override
    public void close() {}
}
