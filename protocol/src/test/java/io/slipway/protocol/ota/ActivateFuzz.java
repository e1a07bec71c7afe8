package io.slipway.protocol.ota;

import static org.assertj.core.api.Assertions.assertThat;

/** Bodies of activation polls. */
public final class ActivateFuzz {

    private ActivateFuzz() {}

    /** Reads one body, twice. */
    public static void fuzzerTestOneInput(byte[] body) {
        Activate read = Activate.read(body);
        assertThat(Activate.read(body)).isEqualTo(read);
        assertThat(read.algorithm()).hasSizeLessThanOrEqualTo(Activate.MAX_TEXT);
        assertThat(read.serialNumber()).hasSizeLessThanOrEqualTo(Activate.MAX_TEXT);
        assertThat(read.challenge()).hasSizeLessThanOrEqualTo(Activate.MAX_TEXT);
        assertThat(read.hmac()).hasSizeLessThanOrEqualTo(Activate.MAX_TEXT);
        assertThat(read.proves())
                .isEqualTo(!read.serialNumber().isEmpty() && !read.hmac().isEmpty());
    }
}
