package io.slipway.protocol.firmware;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;

/**
 * A range of a file.
 *
 * @param file not closed with the streams
 * @param at where it begins
 * @param size in bytes; the file may end sooner
 */
record ChannelSource(SeekableByteChannel file, long at, long size) implements ByteSource {

    @Override
    public InputStream open() {
        return new BlockStream() {
            private long done;

            @Override
            public int read(byte[] into, int from, int length) throws IOException {
                int most = (int) Math.min(length, size - done);
                if (most <= 0) {
                    return length == 0 ? 0 : -1;
                }
                file.position(at + done);
                int count = file.read(ByteBuffer.wrap(into, from, most));
                done += Math.max(0, count);
                return count;
            }

            @Override
            public long skip(long wanted) {
                long skipped = Math.clamp(wanted, 0, size - done);
                done += skipped;
                return skipped;
            }
        };
    }
}
