package io.slipway.backup;

import io.slipway.backup.Manifest.ImageSum;
import io.slipway.files.PrivateFiles;
import io.slipway.firmware.Images;
import io.slipway.keys.MasterKey;
import io.slipway.keys.Sha256;
import io.slipway.sql.DatabaseSnapshot;
import io.slipway.sql.Schema;
import io.slipway.sql.SchemaTable;
import io.slipway.sql.StoreException;
import java.io.BufferedOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.zip.Deflater;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.jspecify.annotations.Nullable;

/**
 * Writes a backup, beside servers that use the database: one moment's rows, the key, and the images
 * of that moment's builds. Under another name until it is complete and on disk. For one thread.
 */
final class BackupWriter {

    private static final int COPIED = 64 * 1024;

    private final BackupParts parts;
    private final DatabaseSnapshot snapshot;
    private final Schema schema;

    private BackupWriter(BackupParts parts, DatabaseSnapshot snapshot, Schema schema) {
        this.parts = parts;
        this.snapshot = snapshot;
        this.schema = schema;
    }

    /**
     * @param file must not exist
     * @throws StoreException in one line; then there is no file
     */
    static BackupReport write(
            BackupParts parts, Path file, @Nullable Passphrase passphrase, Instant now) {
        Path part = file.resolveSibling(file.getFileName() + ".part");
        requireNew(file);
        try (DatabaseSnapshot snapshot = DatabaseSnapshot.open(parts.database())) {
            var writer = new BackupWriter(parts, snapshot, schema(snapshot));
            PrivateFiles.secure(part);
            try (var channel = FileChannel.open(part, StandardOpenOption.WRITE)) {
                lock(channel, file);
                channel.truncate(0);
                BackupReport report = writer.write(channel, passphrase, now);
                requireNew(file);
                Files.move(part, file);
                PrivateFiles.syncFolder(Objects.requireNonNull(file.toAbsolutePath().getParent()));
                return report;
            } catch (BusyFile e) {
                throw e;
            } catch (IOException | RuntimeException e) {
                Files.deleteIfExists(part);
                throw e;
            }
        } catch (IOException e) {
            throw BackupRefusal.of("备份失败：" + e, "the backup failed: " + e, e);
        }
    }

    private static void requireNew(Path file) {
        if (Files.exists(file)) {
            throw BackupRefusal.of(
                    file + " 已存在，不会覆盖", file + " exists already, and is not overwritten");
        }
    }

    private static void lock(FileChannel channel, Path file) throws IOException {
        if (PrivateFiles.tryLock(channel) == null) {
            throw new BusyFile(file + " is being written by another backup");
        }
    }

    /** Another process's file, which stays. */
    private static final class BusyFile extends IOException {
        BusyFile(String message) {
            super(message);
        }
    }

    private static Schema schema(DatabaseSnapshot snapshot) {
        @Nullable Integer version = snapshot.version();
        if (version == null || !snapshot.hasRows("secret")) {
            throw BackupRefusal.of(
                    "数据库是空的，没有可备份的内容", "the database is empty: no server has used it yet");
        }
        if (version > Schema.newest()) {
            throw BackupRefusal.of(
                    "数据库由更新的版本使用过，请用那个版本备份",
                    "a newer version has used this database: let that one make the backup");
        }
        return Schema.at(version);
    }

    private BackupReport write(FileChannel channel, @Nullable Passphrase passphrase, Instant now)
            throws IOException {
        var header =
                new BackupHeader(
                        BackupHeader.FORMAT,
                        parts.program(),
                        schema.version(),
                        parts.database().toString(),
                        now.toString());
        OutputStream file = new BufferedOutputStream(new UnclosedOutput(channel), COPIED);
        OutputStream out = passphrase == null ? file : new SealedOutput(file, passphrase);
        var images = new ArrayList<ImageSum>();
        var tables = new ArrayList<TableSum>();
        try (var zip = new ZipOutputStream(out)) {
            // Firmware hardly gets smaller, and rows do so with any level.
            zip.setLevel(Deflater.BEST_SPEED);
            entry(zip, BackupFile.HEADER, BackupFile.JSON.writeValueAsBytes(header));
            MasterKey key = MasterKey.of(parts.keys(), parts.folder(), true);
            entry(zip, BackupFile.KEY, (key.hex() + "\n").getBytes(StandardCharsets.US_ASCII));
            for (SchemaTable each : schema.tables()) {
                zip.putNextEntry(
                        new ZipEntry(BackupFile.TABLES + each.name() + BackupFile.TABLE_END));
                tables.add(RowFormat.write(each, rows(snapshot, key), zip));
                zip.closeEntry();
            }
            images(zip, images);
            var manifest = new Manifest(tables, images);
            entry(zip, BackupFile.MANIFEST, BackupFile.JSON.writeValueAsBytes(manifest));
        }
        channel.force(true);
        return BackupReport.of(header, new Manifest(tables, images));
    }

    /** Without what is of the moment only; checks that {@code key} is the right one. */
    private static RowFormat.RowsOf rows(DatabaseSnapshot snapshot, MasterKey key) {
        RowFormat.RowsOf lasting = Backups.lasting(snapshot);
        return (table, reader) -> {
            if (!table.name().equals("secret")) {
                return lasting.rows(table, reader);
            }
            int purpose = table.columns().indexOf("purpose");
            int sealed = table.columns().indexOf("sealed");
            return snapshot.rows(
                    table,
                    values -> {
                        // Another one would make the backup worthless: fails with a sentence.
                        key.open(String.valueOf(values[purpose]), String.valueOf(values[sealed]));
                        reader.row(values);
                    });
        };
    }

    private void images(ZipOutputStream zip, List<ImageSum> sums) throws IOException {
        if (schema.tables().stream().noneMatch(each -> each.name().equals("build"))) {
            return;
        }
        var wanted = new ArrayList<ImageSum>();
        snapshot.distinct(
                "build",
                List.of("sha256", "size"),
                values -> {
                    if (wanted.size() == BackupFile.MOST_IMAGES) {
                        throw new IOException("there are over 100,000 images");
                    }
                    long size = values[1] instanceof Long bytes ? bytes : 0;
                    wanted.add(new ImageSum(String.valueOf(values[0]), size, true));
                });
        // Copying images may take hours, and as long as it is open the log can't start again.
        snapshot.close();
        try (Images images = Images.open(parts.firmware())) {
            for (ImageSum each : wanted) {
                boolean whole = image(zip, images, each.sha256());
                // Deleted along with its build since that moment: then nobody misses it.
                if (whole || stillThere(each.sha256())) {
                    sums.add(new ImageSum(each.sha256(), each.bytes(), whole));
                }
            }
        }
    }

    private boolean stillThere(String sha256) throws IOException {
        try (DatabaseSnapshot now = DatabaseSnapshot.open(parts.database())) {
            return now.has("build", "sha256", sha256);
        }
    }

    // False if it is missing or damaged. The manifest says so; what is in the entry is of no use.
    private static boolean image(ZipOutputStream zip, Images images, String sha256)
            throws IOException {
        MessageDigest digest = Sha256.digest();
        try (InputStream in = images.read(sha256)) {
            zip.putNextEntry(new ZipEntry(BackupFile.IMAGES + sha256 + BackupFile.IMAGE_END));
            in.transferTo(new DigestOutputStream(zip, digest));
            zip.closeEntry();
        } catch (NoSuchFileException e) {
            return false;
        }
        return Sha256.hex(digest).equals(sha256);
    }

    private static void entry(ZipOutputStream zip, String name, byte[] content) throws IOException {
        zip.putNextEntry(new ZipEntry(name));
        zip.write(content);
        zip.closeEntry();
    }

    /** Stays open when what writes to it is closed: the file is synced afterwards. */
    private static final class UnclosedOutput extends FilterOutputStream {

        UnclosedOutput(FileChannel channel) {
            super(Channels.newOutputStream(channel));
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            out.write(bytes, offset, length);
        }

        @Override
        public void close() throws IOException {
            out.flush();
        }
    }
}
