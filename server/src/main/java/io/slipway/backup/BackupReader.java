package io.slipway.backup;

import io.slipway.backup.Manifest.ImageSum;
import io.slipway.files.PrivateFiles;
import io.slipway.firmware.Images;
import io.slipway.keys.MasterKey;
import io.slipway.keys.Sha256;
import io.slipway.sql.Database;
import io.slipway.sql.Loading;
import io.slipway.sql.Schema;
import io.slipway.sql.SchemaTable;
import io.slipway.sql.StoreException;
import java.io.BufferedInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipInputStream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Restores a backup: rows and key only if all of it was read, matches its manifest, and was read
 * back from the new database with the same checksums. Images that were not there before are deleted
 * again if it fails. For one thread.
 */
final class BackupReader {

    private static final Logger LOG = LoggerFactory.getLogger(BackupReader.class);

    private final BackupParts parts;
    private final Path file;
    private final Set<String> made = new HashSet<>();
    private final Map<String, Boolean> images = new HashMap<>();

    private BackupReader(BackupParts parts, Path file) {
        this.parts = parts;
        this.file = file;
    }

    /**
     * The caller has locked the data folder.
     *
     * @throws StoreException in one line; then nothing was changed
     */
    static BackupReport restore(BackupParts parts, Path file, @Nullable Passphrase passphrase) {
        if (!Files.isRegularFile(file)) {
            throw BackupRefusal.of("没有文件 " + file, "there is no file " + file);
        }
        var reader = new BackupReader(parts, file);
        BackupReport report;
        try (InputStream in = new BufferedInputStream(Files.newInputStream(file), 64 * 1024)) {
            report = reader.restore(plain(in, file, passphrase));
        } catch (IOException e) {
            throw reader.damaged(e);
        }
        // To this program's own version.
        Database.open(parts.database()).close();
        return report;
    }

    private StoreException damaged(IOException e) {
        return BackupRefusal.of(
                file + " 已损坏或不完整，没有恢复任何内容：" + e.getMessage(),
                file + " is damaged or incomplete, nothing was restored: " + e.getMessage(),
                e);
    }

    private static InputStream plain(InputStream in, Path file, @Nullable Passphrase passphrase)
            throws IOException {
        in.mark(SealedOutput.MAGIC.length);
        byte[] start = in.readNBytes(SealedOutput.MAGIC.length);
        if (Arrays.equals(start, SealedOutput.MAGIC)) {
            if (passphrase == null) {
                throw BackupRefusal.of(
                        file + " 已加密：请用 --passphrase-file 给出口令",
                        file + " is encrypted: name its passphrase with --passphrase-file");
            }
            return new SealedInput(in, passphrase);
        }
        in.reset();
        if (passphrase != null) {
            throw BackupRefusal.of(
                    file + " 没有加密：请去掉 --passphrase-file",
                    file + " is not encrypted: leave out --passphrase-file");
        }
        // A stream of entries can't show that the end is missing.
        new ZipFile(file.toFile()).close();
        return in;
    }

    private BackupReport restore(InputStream in) throws IOException {
        // Closed by the caller; and the end of an encrypted one has to be read.
        var zip = new ZipInputStream(new UnclosedInput(in));
        BackupHeader header =
                BackupFile.JSON.readValue(small(zip, BackupFile.HEADER), BackupHeader.class);
        Schema schema = schema(header);
        MasterKey key = key(new String(small(zip, BackupFile.KEY), StandardCharsets.US_ASCII));
        try (Loading loading = Loading.begin(parts.database(), schema);
                Images store = Images.open(parts.firmware())) {
            try {
                var sums = new ArrayList<TableSum>();
                for (SchemaTable each : schema.tables()) {
                    sums.add(table(zip, loading, each));
                }
                Manifest manifest = imagesAndManifest(zip, store);
                in.transferTo(OutputStream.nullOutputStream());
                verify(manifest, sums, loading, store, schema);
                if (parts.keys().masterKey().isEmpty()) {
                    key.storeIn(parts.folder());
                }
                loading.finish();
                return BackupReport.of(header, manifest);
            } finally {
                if (!loading.mayBeFinished()) {
                    forget(store);
                }
            }
        }
    }

    private void forget(Images store) {
        for (String each : made) {
            try {
                store.delete(each);
            } catch (IOException e) {
                // The next attempt uses it; why this one failed matters more.
                LOG.warn("the image {} could not be deleted: {}", each, e.toString());
            }
        }
    }

    private static byte[] small(ZipInputStream zip, String name) throws IOException {
        requireName(zip.getNextEntry(), name);
        return small(zip);
    }

    private static byte[] small(ZipInputStream zip) throws IOException {
        byte[] content = zip.readNBytes(BackupFile.LARGEST_JSON + 1);
        if (content.length > BackupFile.LARGEST_JSON) {
            throw new IOException("an entry is too large");
        }
        return content;
    }

    private static void requireName(@Nullable ZipEntry entry, String name) throws IOException {
        if (entry == null || !entry.getName().equals(name)) {
            throw new IOException(name + " is missing");
        }
    }

    private Schema schema(BackupHeader header) {
        if (header.format() > BackupHeader.FORMAT || header.schema() > Schema.newest()) {
            throw BackupRefusal.of(
                    "备份来自更新的版本（" + header.program() + "），请用该版本或更新的版本恢复",
                    "the backup is from a newer version ("
                            + header.program()
                            + "): restore it with that or a newer one");
        }
        return Schema.at(header.schema());
    }

    private MasterKey key(String hex) {
        MasterKey key;
        try {
            key = MasterKey.ofHex(hex.strip());
        } catch (IllegalArgumentException e) {
            throw BackupRefusal.of(file + " 中的密钥已损坏", "the key in " + file + " is damaged", e);
        }
        String set = parts.keys().masterKey();
        @Nullable MasterKey present =
                set.isEmpty() ? MasterKey.present(parts.folder()) : MasterKey.ofHex(set);
        if (present != null && !present.hex().equals(key.hex())) {
            throw BackupRefusal.of(
                    set.isEmpty() ? "数据目录中已有另一个 secret.key：请先移走它" : "设置 secret.key 与备份中的密钥不同",
                    set.isEmpty()
                            ? "the data folder has another secret.key: move it away first"
                            : "the setting secret.key is another key than that of the backup");
        }
        return key;
    }

    private static TableSum table(ZipInputStream zip, Loading loading, SchemaTable table)
            throws IOException {
        requireName(zip.getNextEntry(), BackupFile.TABLES + table.name() + BackupFile.TABLE_END);
        MessageDigest digest = Sha256.digest();
        InputStream lines = new DigestInputStream(new UnclosedInput(zip), digest);
        long[] rows = new long[1];
        loading.insert(
                table,
                sink ->
                        RowFormat.read(
                                table,
                                lines,
                                values -> {
                                    rows[0]++;
                                    sink.row(values);
                                }));
        lines.transferTo(OutputStream.nullOutputStream());
        return new TableSum(table.name(), rows[0], Sha256.hex(digest));
    }

    private Manifest imagesAndManifest(ZipInputStream zip, Images store) throws IOException {
        ZipEntry entry;
        while ((entry = zip.getNextEntry()) != null) {
            String name = entry.getName();
            if (name.equals(BackupFile.MANIFEST)) {
                Manifest manifest = BackupFile.JSON.readValue(small(zip), Manifest.class);
                if (zip.getNextEntry() != null) {
                    throw new IOException("something follows the manifest");
                }
                return manifest;
            }
            if (!name.matches(BackupFile.IMAGES + "[0-9a-f]{64}" + BackupFile.IMAGE_END)
                    || images.size() == BackupFile.MOST_IMAGES) {
                throw new IOException("it contains something unknown");
            }
            String sha256 =
                    name.substring(
                            BackupFile.IMAGES.length(),
                            name.length() - BackupFile.IMAGE_END.length());
            images.put(sha256, image(zip, store, sha256));
        }
        throw new IOException(BackupFile.MANIFEST + " is missing");
    }

    // Stored if it is whole; whether it should be, the manifest says.
    private boolean image(ZipInputStream zip, Images store, String sha256) throws IOException {
        Path incoming = parts.firmware().incoming();
        PrivateFiles.folder(incoming);
        Path aside = incoming.resolve("restored-" + UUID.randomUUID());
        try {
            MessageDigest digest = Sha256.digest();
            long size;
            try (var channel = PrivateFiles.create(aside);
                    var out = new DigestOutputStream(Channels.newOutputStream(channel), digest)) {
                size = copy(zip, out);
            }
            if (!Sha256.hex(digest).equals(sha256)) {
                return false;
            }
            store(store, sha256, aside, size);
            return true;
        } finally {
            Files.deleteIfExists(aside);
        }
    }

    // One that is there already may be what a broken disk has left of it.
    private void store(Images store, String sha256, Path whole, long size) {
        try {
            boolean there = store.has(sha256, size);
            if (there) {
                MessageDigest digest = Sha256.digest();
                try (InputStream in = store.read(sha256)) {
                    in.transferTo(new DigestOutputStream(OutputStream.nullOutputStream(), digest));
                }
                if (Sha256.hex(digest).equals(sha256)) {
                    return;
                }
                store.delete(sha256);
            } else {
                made.add(sha256);
            }
            store.put(sha256, whole, size);
        } catch (IOException e) {
            throw BackupRefusal.of(
                    "固件无法写入，没有恢复任何内容：" + e,
                    "the images can't be stored, nothing was restored: " + e,
                    e);
        }
    }

    private static long copy(InputStream in, OutputStream out) throws IOException {
        byte[] buffer = new byte[64 * 1024];
        long size = 0;
        int some;
        while ((some = in.read(buffer)) > 0) {
            size += some;
            if (size > BackupFile.LARGEST_IMAGE) {
                throw new IOException("an image is too large");
            }
            out.write(buffer, 0, some);
        }
        return size;
    }

    private void verify(
            Manifest manifest, List<TableSum> sums, Loading loading, Images store, Schema schema)
            throws IOException {
        if (!manifest.tables().equals(sums)) {
            throw new IOException("its tables are not those of its manifest");
        }
        for (ImageSum each : manifest.images()) {
            if (each.whole()
                    && !(images.getOrDefault(each.sha256(), false)
                            && store.has(each.sha256(), each.bytes()))) {
                throw new IOException("the image " + each.sha256() + " is not whole");
            }
        }
        requireSame(schema, sums, loading);
    }

    /** Reads all tables back, and compares counts and checksums. */
    static void requireSame(Schema schema, List<TableSum> sums, Loading loading)
            throws IOException {
        for (int i = 0; i < sums.size(); i++) {
            TableSum read = RowFormat.sum(schema.tables().get(i), loading::rows);
            if (!read.equals(sums.get(i))) {
                throw new IOException(
                        "the table " + read.name() + " was not stored as it was read");
            }
        }
    }

    /** Stays open when what reads from it is closed. */
    private static final class UnclosedInput extends FilterInputStream {

        UnclosedInput(InputStream in) {
            super(in);
        }

        @Override
        public void close() {}
    }
}
