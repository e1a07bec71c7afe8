package io.slipway.backup;

import java.io.IOException;
import java.io.InputStream;
import java.security.GeneralSecurityException;
import java.util.Arrays;

/**
 * Reads what {@link SealedOutput} wrote. Passes on nothing that is not authentic; that nothing is
 * missing is known when it has been read to its end.
 */
final class SealedInput extends InputStream {

    private final InputStream in;
    private final ChunkCipher cipher;
    private byte[] ahead;
    private byte[] plain = new byte[0];
    private int at;
    private boolean first = true;
    private boolean ended;

    /**
     * @param in after the magic bytes
     */
    SealedInput(InputStream in, Passphrase passphrase) throws IOException {
        byte[] salt = in.readNBytes(SealedOutput.SALT);
        if (salt.length < SealedOutput.SALT) {
            throw new IOException("its beginning is incomplete");
        }
        int magic = SealedOutput.MAGIC.length;
        byte[] header = Arrays.copyOf(SealedOutput.MAGIC, magic + salt.length);
        System.arraycopy(salt, 0, header, magic, salt.length);
        this.in = in;
        this.cipher = new ChunkCipher(passphrase.key(salt), header);
        this.ahead = sealed();
        next();
    }

    private byte[] sealed() throws IOException {
        return in.readNBytes(ChunkCipher.CHUNK + ChunkCipher.TAG);
    }

    private void next() throws IOException {
        byte[] chunk = ahead;
        ahead = sealed();
        ended = ahead.length == 0;
        try {
            plain = cipher.open(chunk, chunk.length, ended);
        } catch (GeneralSecurityException e) {
            if (first) {
                throw BackupRefusal.of(
                        "口令不对，或文件开头已损坏",
                        "the passphrase is wrong, or the beginning of the file is damaged",
                        e);
            }
            throw new IOException("it was changed or is not complete", e);
        }
        first = false;
        at = 0;
    }

    private boolean exhausted() throws IOException {
        while (at == plain.length) {
            if (ended) {
                return true;
            }
            next();
        }
        return false;
    }

    @Override
    public int read() throws IOException {
        return exhausted() ? -1 : plain[at++] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        if (exhausted()) {
            return -1;
        }
        int some = Math.min(length, plain.length - at);
        System.arraycopy(plain, at, bytes, offset, some);
        at += some;
        return some;
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
