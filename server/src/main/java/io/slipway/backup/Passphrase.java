package io.slipway.backup;

import com.password4j.Argon2Function;
import com.password4j.types.Argon2;
import io.slipway.sql.StoreException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;

/** What a backup is encrypted with: 8 to 1,000 characters. */
public final class Passphrase {

    private static final int SHORTEST = 8;
    private static final int LONGEST = 1_000;
    private static final int FILE_BYTES = 4_096;

    /** Part of the format: a file does not name them. */
    private static final int MEMORY_KIB = 32 * 1024;

    private static final int PASSES = 4;

    private final String text;

    /**
     * @throws StoreException in one line if it is too short or too long
     */
    public Passphrase(String text) {
        if (text.length() < SHORTEST || text.length() > LONGEST) {
            throw BackupRefusal.of("口令须为 8 至 1000 个字符", "a passphrase has 8 to 1,000 characters");
        }
        this.text = text;
    }

    /**
     * Reads the first line of a file.
     *
     * @throws StoreException in one line if it can't be read or is no passphrase
     */
    public static Passphrase read(Path file) {
        try {
            return new Passphrase(firstLine(file));
        } catch (IOException e) {
            throw BackupRefusal.of("口令文件无法读取：" + e, "the passphrase's file can't be read: " + e, e);
        }
    }

    /**
     * The first line of a file with a secret, within its first 4 KiB; {@code ""} if it is empty.
     */
    public static String firstLine(Path file) throws IOException {
        try (var in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(FILE_BYTES);
            return new String(bytes, StandardCharsets.UTF_8).lines().findFirst().orElse("");
        }
    }

    /** An AES-256 key, by Argon2id: takes a fraction of a second and 32 MiB. */
    SecretKey key(byte[] salt) {
        byte[] key =
                Argon2Function.getInstance(MEMORY_KIB, PASSES, 1, 32, Argon2.ID)
                        .hash(text.getBytes(StandardCharsets.UTF_8), salt)
                        .getBytes();
        return new SecretKeySpec(key, "AES");
    }

    /** Without the text, so that no secret is logged. */
    @Override
    public String toString() {
        return "Passphrase";
    }
}
