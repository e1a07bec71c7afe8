package io.slipway.backup;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;

/**
 * Encrypts a stream in chunks of {@value #CHUNK} bytes by AES-256-GCM. A chunk's nonce is its
 * number and whether it is the last: so none can be left out, moved or cut off. The key is used for
 * one stream only. Not thread-safe.
 */
final class ChunkCipher {

    static final int CHUNK = 64 * 1024;
    static final int TAG = 16;

    private static final int NONCE = 12;

    private final Cipher cipher;
    private final SecretKey key;
    private final byte[] header;
    private int number;

    /**
     * @param header authenticated with each chunk
     */
    ChunkCipher(SecretKey key, byte[] header) {
        this.key = key;
        this.header = header.clone();
        try {
            cipher = Cipher.getInstance("AES/GCM/NoPadding");
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    byte[] seal(byte[] chunk, int length, boolean last) {
        try {
            return next(Cipher.ENCRYPT_MODE, chunk, length, last);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /**
     * @throws GeneralSecurityException if it is another chunk, or was sealed with another key
     */
    byte[] open(byte[] chunk, int length, boolean last) throws GeneralSecurityException {
        return next(Cipher.DECRYPT_MODE, chunk, length, last);
    }

    private byte[] next(int mode, byte[] chunk, int length, boolean last)
            throws GeneralSecurityException {
        byte[] nonce =
                ByteBuffer.allocate(NONCE).putInt(number).put(4, (byte) (last ? 1 : 0)).array();
        number = Math.addExact(number, 1);
        cipher.init(mode, key, new GCMParameterSpec(TAG * 8, nonce));
        cipher.updateAAD(header);
        return cipher.doFinal(chunk, 0, length);
    }
}
