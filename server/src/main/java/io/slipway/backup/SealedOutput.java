package io.slipway.backup;

import io.slipway.files.BlockOutput;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Arrays;

/** Writes an encrypted backup: magic bytes, salt, chunks. Closing it ends the last chunk. */
final class SealedOutput extends BlockOutput {

    static final byte[] MAGIC = "slipway-backup-1".getBytes(StandardCharsets.US_ASCII);
    static final int SALT = 16;

    private static final SecureRandom RANDOM = new SecureRandom();

    private final OutputStream out;
    private final ChunkCipher cipher;
    private final byte[] buffer = new byte[ChunkCipher.CHUNK];
    private int filled;
    private boolean closed;

    SealedOutput(OutputStream out, Passphrase passphrase) throws IOException {
        byte[] header = Arrays.copyOf(MAGIC, MAGIC.length + SALT);
        byte[] salt = new byte[SALT];
        RANDOM.nextBytes(salt);
        System.arraycopy(salt, 0, header, MAGIC.length, SALT);
        this.out = out;
        this.cipher = new ChunkCipher(passphrase.key(salt), header);
        out.write(header);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        int at = offset;
        int left = length;
        while (left > 0) {
            if (filled == buffer.length) {
                // Only now it is known that it is not the last.
                out.write(cipher.seal(buffer, filled, false));
                filled = 0;
            }
            int some = Math.min(left, buffer.length - filled);
            System.arraycopy(bytes, at, buffer, filled, some);
            filled += some;
            at += some;
            left -= some;
        }
    }

    @Override
    public void flush() throws IOException {
        out.flush();
    }

    @Override
    public void close() throws IOException {
        if (!closed) {
            closed = true;
            out.write(cipher.seal(buffer, filled, true));
            out.close();
        }
    }
}
