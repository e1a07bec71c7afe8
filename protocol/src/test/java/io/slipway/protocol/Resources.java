package io.slipway.protocol;

import java.io.IOException;
import java.io.UncheckedIOException;

/** Files of {@code src/test/resources}, byte for byte. */
public final class Resources {

    private Resources() {}

    public static byte[] read(String path) {
        try (var in = Resources.class.getResourceAsStream("/" + path)) {
            if (in == null) {
                throw new IllegalArgumentException("no test resource " + path);
            }
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
