package io.slipway.backup;

import io.slipway.sql.DataFolder;
import io.slipway.sql.Database;
import io.slipway.sql.DatabaseConfig;
import io.slipway.sql.DatabaseSnapshot;
import io.slipway.sql.Loading;
import io.slipway.sql.MovedDatabase;
import io.slipway.sql.Schema;
import io.slipway.sql.SchemaTable;
import io.slipway.sql.StoreException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Copies of everything. Each call is for one thread, and takes as long as there is data. */
public final class Backups {

    private Backups() {}

    /**
     * Writes a backup, also while servers use the database.
     *
     * @param file must not exist
     * @param passphrase to encrypt it; null for none
     * @throws StoreException in one line; then there is no file
     */
    public static BackupReport backup(
            BackupParts parts, Path file, @Nullable Passphrase passphrase, Instant now) {
        return BackupWriter.write(parts, file, passphrase, now);
    }

    /**
     * Restores a backup to where the settings say, onto either engine, where nothing else is.
     *
     * @throws StoreException in one line; then nothing was changed
     */
    public static BackupReport restore(
            BackupParts parts, Path file, @Nullable Passphrase passphrase) {
        DataFolder folder = DataFolder.lock(parts.folder());
        try {
            return BackupReader.restore(parts, file, passphrase);
        } finally {
            folder.close();
        }
    }

    /**
     * @param already whether an earlier move had copied everything, and only its end was missing
     */
    public record Moved(long rows, long accounts, long devices, boolean already) {}

    /**
     * Moves the database of the data folder to PostgreSQL, in one transaction. The old file gets
     * another name; key and images stay where they are.
     *
     * @param from SQLite
     * @param to PostgreSQL, without accounts and devices
     * @throws StoreException in one line; then the old database is unchanged and still the one
     */
    public static Moved move(DatabaseConfig from, DatabaseConfig to) {
        if (from.postgres()) {
            throw BackupRefusal.of(
                    "设置已指向 PostgreSQL，没有可搬的内置数据库",
                    "the settings name PostgreSQL already: there is no embedded database to move");
        }
        DataFolder folder = DataFolder.lock(from.folder());
        try {
            MovedDatabase.requirePresent(from);
            // To this program's own version, which is what both will have.
            Database.open(from).close();
            MovedDatabase.requireAlone(from);
            Schema schema = Schema.at(Schema.newest());
            Moved moved = copy(schema, from, to);
            MovedDatabase.setAside(from);
            return moved;
        } catch (IOException e) {
            throw BackupRefusal.of("没有搬成：" + e.getMessage(), "not moved: " + e.getMessage(), e);
        } finally {
            folder.close();
        }
    }

    private static Moved copy(Schema schema, DatabaseConfig from, DatabaseConfig to)
            throws IOException {
        try (DatabaseSnapshot source = DatabaseSnapshot.open(from)) {
            @Nullable List<TableSum> present = present(schema, source, to);
            if (present != null) {
                return moved(present, true);
            }
            try (Loading loading = Loading.begin(to, schema)) {
                var sums = new ArrayList<TableSum>();
                for (SchemaTable each : schema.tables()) {
                    loading.insert(
                            each,
                            sink ->
                                    sums.add(
                                            RowFormat.sum(
                                                    each,
                                                    (table, reader) ->
                                                            both(source, table, reader, sink))));
                }
                BackupReader.requireSame(schema, sums, loading);
                loading.finish();
                return moved(sums, false);
            }
        }
    }

    private static long both(
            DatabaseSnapshot source,
            SchemaTable table,
            DatabaseSnapshot.RowReader one,
            DatabaseSnapshot.RowReader other)
            throws IOException {
        return lasting(source)
                .rows(
                        table,
                        values -> {
                            one.row(values);
                            other.row(values);
                        });
    }

    /** All rows but those of the moment. */
    static RowFormat.RowsOf lasting(DatabaseSnapshot source) {
        return (table, reader) ->
                BackupFile.OF_THE_MOMENT.contains(table.name()) ? 0 : source.rows(table, reader);
    }

    // What an interrupted move has copied already, if that is everything.
    private static @Nullable List<TableSum> present(
            Schema schema, DatabaseSnapshot source, DatabaseConfig to) throws IOException {
        try (DatabaseSnapshot there = DatabaseSnapshot.open(to)) {
            @Nullable Integer version = there.version();
            if (version == null || version != schema.version() || !there.hasRows("account")) {
                return null;
            }
            List<TableSum> sums = sums(schema, source);
            return sums.equals(sums(schema, there)) ? sums : null;
        }
    }

    private static List<TableSum> sums(Schema schema, DatabaseSnapshot source) throws IOException {
        var sums = new ArrayList<TableSum>();
        for (SchemaTable each : schema.tables()) {
            sums.add(RowFormat.sum(each, lasting(source)));
        }
        return sums;
    }

    private static Moved moved(List<TableSum> sums, boolean already) {
        return new Moved(
                TableSum.rows(sums),
                TableSum.rows(sums, "account"),
                TableSum.rows(sums, "device"),
                already);
    }
}
