package io.slipway.keys;

import io.slipway.files.PrivateFiles;
import io.slipway.sql.StoreException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.HexFormat;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * The key that encrypts secrets in the database: AES-256-GCM. Without it, a copy of the database
 * reveals neither signing keys nor devices' HMAC keys. Thread-safe.
 */
public final class MasterKey {

    private static final String FILE = "secret.key";
    private static final String PENDING = FILE + ".new";
    private static final int KEY_BYTES = 32;
    private static final int NONCE_BYTES = 12;
    private static final int TAG_BITS = 128;
    private static final SecureRandom RANDOM = new SecureRandom();

    private final SecretKeySpec key;

    private MasterKey(byte[] bytes) {
        if (bytes.length != KEY_BYTES) {
            throw new IllegalArgumentException("the key has " + KEY_BYTES + " bytes");
        }
        key = new SecretKeySpec(bytes, "AES");
    }

    /**
     * The key in the settings, else the one in the data folder, which is created if the database
     * has no use for another.
     *
     * @param folder of the data
     * @param sealed whether the database contains secrets: then only the key that sealed them will
     *     do
     * @throws StoreException with a one-line message if there is no such key
     */
    public static MasterKey of(KeyConfig config, Path folder, boolean sealed) {
        if (!config.masterKey().isEmpty()) {
            return ofHex(config.masterKey());
        }
        Path file = folder.resolve(FILE);
        if (!sealed) {
            requireNone(config, folder);
            return pending(folder);
        }
        settle(config, folder);
        if (!Files.exists(file)) {
            throw new StoreException(
                    file.toAbsolutePath()
                            + " is missing, and the database contains secrets that only this key"
                            + " opens: copy it from a backup or from another node, or set"
                            + " secret.key to its content",
                    null);
        }
        return inFolder(folder);
    }

    /**
     * Checks that there is no key of an earlier database where there is no database yet: one was
     * lost, or the settings name another.
     *
     * @throws StoreException with a one-line message otherwise
     */
    public static void requireNone(KeyConfig config, Path folder) {
        Path file = folder.resolve(FILE);
        if (config.masterKey().isEmpty() && Files.exists(file)) {
            String where = file.toAbsolutePath().toString();
            throw new StoreException(
                    where
                            + " 属于另一个数据库，而现在的数据库是空的：请放回 slipway.db 和 slipway.db-wal、检查"
                            + " database.url，或用 slipway restore 恢复备份；要重新开始，请先移走 secret.key / "
                            + where
                            + " belongs to a database that is not here, the one in the settings is"
                            + " empty: put slipway.db back together with slipway.db-wal, check"
                            + " database.url, or restore a backup; to begin anew, move secret.key"
                            + " away",
                    null);
        }
    }

    // Named secret.key only when the database contains secrets: then a key without them shows that
    // a database was lost, and not that a first start was interrupted.
    private static MasterKey pending(Path folder) {
        Path file = folder.resolve(PENDING);
        try {
            byte[] bytes = new byte[KEY_BYTES];
            RANDOM.nextBytes(bytes);
            writeAside(file, HexFormat.of().formatHex(bytes));
            PrivateFiles.syncFolder(folder);
            return new MasterKey(bytes);
        } catch (IOException e) {
            throw new StoreException(file.toAbsolutePath() + " can't be written: " + e, e);
        }
    }

    /** Gives a new key its name: call it once the database contains secrets. */
    public static void settle(KeyConfig config, Path folder) {
        if (!config.masterKey().isEmpty()) {
            return;
        }
        Path file = folder.resolve(FILE);
        Path pending = folder.resolve(PENDING);
        try {
            if (!Files.exists(file) && Files.exists(pending)) {
                Files.move(pending, file);
                PrivateFiles.syncFolder(folder);
            }
        } catch (IOException e) {
            throw new StoreException(file.toAbsolutePath() + " can't be written: " + e, e);
        }
    }

    /**
     * @param hex 64 hex digits
     * @throws IllegalArgumentException if it is anything else
     */
    public static MasterKey ofHex(String hex) {
        return new MasterKey(HexFormat.of().parseHex(hex));
    }

    /**
     * Stores this key as {@code secret.key} in the data folder, durably; the same one may be there
     * already.
     *
     * @throws StoreException if another is there, or it can't be written
     */
    public void storeIn(Path folder) {
        Path file = folder.resolve(FILE);
        try {
            if (!Files.exists(file)) {
                write(file, hex());
                PrivateFiles.syncFolder(folder);
            }
        } catch (IOException e) {
            throw new StoreException(file.toAbsolutePath() + " can't be written: " + e, e);
        }
        if (!inFolder(folder).hex().equals(hex())) {
            throw new StoreException(
                    file.toAbsolutePath() + " is another key, and is not overwritten", null);
        }
    }

    /** The key in the data folder; null if there is none. */
    public static @Nullable MasterKey present(Path folder) {
        return Files.exists(folder.resolve(FILE)) ? inFolder(folder) : null;
    }

    /** 64 hex digits: for backups only. */
    public String hex() {
        return HexFormat.of().formatHex(key.getEncoded());
    }

    /** Reads {@code secret.key} in the data folder, or creates it, readable only by its owner. */
    public static MasterKey inFolder(Path folder) {
        Path file = folder.resolve(FILE);
        try {
            if (!Files.exists(file)) {
                create(file);
            }
            return ofHex(Files.readString(file).strip());
        } catch (IOException | IllegalArgumentException e) {
            throw new StoreException(
                    file.toAbsolutePath() + " is not a readable file with 64 hex digits", e);
        }
    }

    private static void create(Path file) throws IOException {
        byte[] bytes = new byte[KEY_BYTES];
        RANDOM.nextBytes(bytes);
        write(file, HexFormat.of().formatHex(bytes));
    }

    private static void write(Path file, String hex) throws IOException {
        // Written to a temporary file and synced first: half a key after a power failure would make
        // all secrets unreadable.
        Path aside = file.resolveSibling(PENDING);
        writeAside(aside, hex);
        try {
            Files.move(aside, file);
        } catch (FileAlreadyExistsException e) {
            Files.delete(aside);
        }
    }

    private static void writeAside(Path aside, String hex) throws IOException {
        byte[] text = (hex + "\n").getBytes(StandardCharsets.US_ASCII);
        Files.deleteIfExists(aside);
        try (var channel = PrivateFiles.create(aside)) {
            channel.write(ByteBuffer.wrap(text));
            channel.force(true);
        }
    }

    /**
     * Hashes under this key: for values that are looked up but never read. Different purposes have
     * unrelated hashes.
     */
    public Hmac hash(String purpose) {
        byte[] label = ("hash " + purpose).getBytes(StandardCharsets.UTF_8);
        return new Hmac(new Hmac(key.getEncoded()).of(label));
    }

    /**
     * Encrypts.
     *
     * @param purpose must be the same for decryption
     */
    public String seal(String purpose, byte[] plain) {
        byte[] nonce = new byte[NONCE_BYTES];
        RANDOM.nextBytes(nonce);
        try {
            Cipher cipher = cipher(Cipher.ENCRYPT_MODE, nonce, purpose);
            byte[] sealed = cipher.doFinal(plain);
            byte[] all =
                    ByteBuffer.allocate(NONCE_BYTES + sealed.length).put(nonce).put(sealed).array();
            return Base64.getEncoder().withoutPadding().encodeToString(all);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /**
     * Decrypts the result of {@link #seal}.
     *
     * @throws StoreException if it was sealed with another key or for another purpose
     */
    public byte[] open(String purpose, String sealed) {
        try {
            ByteBuffer all = ByteBuffer.wrap(Base64.getDecoder().decode(sealed));
            byte[] nonce = new byte[NONCE_BYTES];
            all.get(nonce);
            byte[] rest = new byte[all.remaining()];
            all.get(rest);
            return cipher(Cipher.DECRYPT_MODE, nonce, purpose).doFinal(rest);
        } catch (GeneralSecurityException
                | IllegalArgumentException
                | java.nio.BufferUnderflowException e) {
            throw new StoreException(
                    "the database was written with another secret.key: copy that file from the"
                            + " node that made it, or set secret.key to its content",
                    e);
        }
    }

    private Cipher cipher(int mode, byte[] nonce, String purpose) throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(mode, key, new GCMParameterSpec(TAG_BITS, nonce));
        cipher.updateAAD(purpose.getBytes(StandardCharsets.UTF_8));
        return cipher;
    }
}
