package io.slipway.lists;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/** Counts what the parts of an archive inflate to. Not thread-safe. */
final class InflatedStream extends FilterInputStream {

    private static final int BUFFER = 16 * 1024;

    private final byte[] some = new byte[BUFFER];
    private long left;

    /** More than permitted. */
    static final class TooLarge extends IOException {
        private static final long serialVersionUID = 1;
    }

    /**
     * @param most bytes of all parts together
     */
    InflatedStream(InputStream parts, long most) {
        super(parts);
        left = most;
    }

    @Override
    public int read() throws IOException {
        int one = super.read();
        return count(one < 0 ? -1 : 1) < 0 ? -1 : one;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
        return count(super.read(into, offset, length));
    }

    private int count(int read) throws IOException {
        left -= Math.max(0, read);
        if (left < 0) {
            throw new TooLarge();
        }
        return read;
    }

    /** Reads the rest of a part, counting it. */
    void skipAll() throws IOException {
        while (read(some, 0, BUFFER) >= 0) {
            // Only its size matters.
        }
    }

    /** The end of a part is not the end of the archive. */
    @Override
    public void close() {}
}
