package io.slipway.protocol.firmware;

import io.slipway.protocol.firmware.ImageRefusal.Fault;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** A file while it is read: counted, limited and hashed. Not thread-safe. */
final class ImageSource {

    /** Ends the reading with the reason; never leaves this package. */
    static final class Stop extends Exception {
        final transient ImageRefusal refusal;

        Stop(Fault reason, Object... figures) {
            // No stack trace: bad files are normal, and a trace costs more than the check.
            super(reason.name(), null, false, false);
            refusal = ImageRefusal.of(reason, figures);
        }
    }

    private final InputStream in;
    private final long limit;
    private final MessageDigest sha256 = sha256();
    private long at;

    ImageSource(InputStream in, long limit) {
        this.in = in;
        this.limit = limit;
    }

    /** How many bytes have been read. */
    long at() {
        return at;
    }

    /** The SHA-256 of what has been read. */
    byte[] digest() {
        return snapshot().digest();
    }

    /** A digest of what has been read, to be continued with other bytes. */
    MessageDigest snapshot() {
        return copy(sha256);
    }

    /** An independent copy of a digest that is not finished. */
    static MessageDigest copy(MessageDigest running) {
        try {
            return (MessageDigest) running.clone();
        } catch (CloneNotSupportedException e) {
            throw new IllegalStateException(e);
        }
    }

    /**
     * Reads until the bytes are available or the file ends.
     *
     * @return how many bytes were read, fewer only at the end
     */
    int read(byte[] into, int from, int length) throws IOException, Stop {
        // One byte more than the limit, to distinguish a file of exactly that size from a larger
        // one.
        long allowed = Math.min(length, limit - at + 1);
        int count = in.readNBytes(into, from, (int) allowed);
        sha256.update(into, from, count);
        at += count;
        if (at > limit) {
            throw new Stop(Fault.TOO_LARGE, limit);
        }
        return count;
    }

    /** Reads exactly this many bytes, or stops because the file is too short. */
    void need(byte[] into, int from, int length) throws IOException, Stop {
        long wanted = at + length;
        if (read(into, from, length) < length) {
            throw new Stop(Fault.TRUNCATED, at, wanted);
        }
    }

    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
