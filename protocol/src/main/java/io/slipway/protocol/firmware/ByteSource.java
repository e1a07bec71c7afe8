package io.slipway.protocol.firmware;

import java.io.IOException;
import java.io.InputStream;

/** Contents that can be read from their beginning any number of times, one reader at a time. */
interface ByteSource {

    /** In bytes, as declared; reading may find fewer and then fails. */
    long size();

    /** From the first byte on. */
    InputStream open() throws IOException;

    /** From a byte within it on. */
    default InputStream open(long at) throws IOException {
        InputStream in = open();
        try {
            in.skipNBytes(at);
        } catch (IOException e) {
            in.close();
            throw e;
        }
        return in;
    }
}
