package io.slipway.protocol.ota;

import static org.assertj.core.api.Assertions.assertThat;

/** Bodies of OTA checks. */
public final class CheckInFuzz {

    private CheckInFuzz() {}

    /** Reads one body, with a template of the same body and without. */
    public static void fuzzerTestOneInput(byte[] body) {
        CheckIn afresh = CheckInReader.readAfresh(body, null, null);
        CheckInReaderRandomTest.assertSound(body, afresh, "afresh");
        // The first call leaves a template, by which the second may be read.
        assertThat(CheckInReader.read(body, null, null)).isEqualTo(afresh);
        assertThat(CheckInReader.read(body, null, null)).isEqualTo(afresh);
        assertThat(CheckInReader.read(body, null, null).fingerprint())
                .isEqualTo(afresh.fingerprint());
        assertThat(CheckInReader.rssi(body)).isBetween(-127, 0);
        assertThat(CheckInReader.uuid(body)).isEqualTo(CheckInReader.uuid(body));
    }
}
