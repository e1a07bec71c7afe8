package io.slipway.sql;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.configuration.FluentConfiguration;

/**
 * The database of all features. A completed write is durable: it survives kill -9 and power loss.
 * Thread-safe; calls block, so never call it on an event loop.
 */
public final class Database implements AutoCloseable {

    private final Engine engine;
    private final boolean postgres;

    private Database(Engine engine, boolean postgres) {
        this.engine = engine;
        this.postgres = postgres;
    }

    /** Opens the database and migrates its tables. */
    public static Database open(DatabaseConfig config) {
        Engine engine =
                config.postgres()
                        ? PostgresEngine.open(config)
                        : SqliteEngine.open(config.folder());
        return new Database(engine, config.postgres());
    }

    /**
     * Whether there is nothing yet where the settings say: only known of SQLite, whose file {@link
     * #open} would create.
     *
     * @throws StoreException in one line if it was moved to PostgreSQL
     */
    public static boolean missing(DatabaseConfig config) {
        if (!config.postgres()) {
            MovedDatabase.requireNotMoved(config.folder());
        }
        Path file = SqliteEngine.file(config.folder());
        try {
            return !config.postgres() && (!Files.exists(file) || Files.size(file) == 0);
        } catch (IOException e) {
            throw new StoreException("the database " + file + " can't be read: " + e, e);
        }
    }

    /**
     * Says that this process serves the database, until {@link #close}: then a copy of SQLite's
     * file without its log is recognised. The caller has locked the data folder.
     */
    public void serve() {
        if (engine instanceof SqliteEngine sqlite) {
            sqlite.serve();
        }
    }

    /** Runs reads on one snapshot or nearly so; {@code work} must not write. */
    public <T> T read(Plane plane, Function<Tx, T> work) {
        return engine.read(plane, work);
    }

    /**
     * Runs {@code work} as one transaction and returns when it is durable. On SQLite it shares its
     * commit with all writes waiting at the same time; if it throws, only its own changes are
     * rolled back.
     */
    public <T> T write(Plane plane, Function<Tx, T> work) {
        return engine.write(plane, work);
    }

    /** Like {@link #write}, without a result. */
    public void run(Plane plane, Consumer<Tx> work) {
        engine.write(
                plane,
                tx -> {
                    work.accept(tx);
                    return true;
                });
    }

    /**
     * Checks whether the database answers.
     *
     * @throws StoreException if it does not answer within the time limit for a device's call
     */
    public void ping() {
        engine.read(Plane.DEVICE, tx -> tx.query("SELECT 1").mapTo(Long.class).one());
    }

    /**
     * Describes the database and its size in bytes.
     *
     * @throws StoreException if it does not answer
     */
    public DatabaseInfo info() {
        String version =
                postgres ? "SELECT current_setting('server_version')" : "SELECT sqlite_version()";
        String bytes =
                postgres
                        ? "SELECT pg_database_size(current_database())"
                        : """
                        SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()
                        """;
        return engine.read(
                Plane.CONSOLE,
                tx ->
                        new DatabaseInfo(
                                postgres ? "PostgreSQL" : "SQLite",
                                tx.query(version).mapTo(String.class).one(),
                                tx.query(bytes).mapTo(Long.class).one()));
    }

    /**
     * How many statements have run since this was opened, including those of rolled back work: each
     * row of a batch counts as one, beginning and ending a transaction do not count. Exact for work
     * that has returned.
     */
    public long statements() {
        return engine.statements();
    }

    /** See {@link #info}. */
    public record DatabaseInfo(String product, String version, long bytes) {}

    public boolean postgres() {
        return postgres;
    }

    @Override
    public void close() {
        engine.close();
    }

    static void migrate(DataSource source, boolean postgres) {
        // A server may be starting, too; a file is there or not.
        migrations(source, postgres).connectRetries(postgres ? 5 : 0).load().migrate();
    }

    // TEXT sorts by bytes on both engines, so that prefix ranges behave the same.
    static FluentConfiguration migrations(DataSource source, boolean postgres) {
        return Flyway.configure()
                .dataSource(source)
                .locations("classpath:db")
                .placeholders(
                        Map.of(
                                "text", postgres ? "TEXT COLLATE \"C\"" : "TEXT",
                                "key", postgres ? "BIGINT" : "INTEGER"));
    }
}
