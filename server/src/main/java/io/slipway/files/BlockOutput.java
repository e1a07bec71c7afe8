package io.slipway.files;

import java.io.IOException;
import java.io.OutputStream;

/** A stream that is written in blocks; a single byte is a block of one. */
public abstract class BlockOutput extends OutputStream {

    @Override
    public final void write(int one) throws IOException {
        write(new byte[] {(byte) one}, 0, 1);
    }

    @Override
    public abstract void write(byte[] bytes, int from, int length) throws IOException;
}
