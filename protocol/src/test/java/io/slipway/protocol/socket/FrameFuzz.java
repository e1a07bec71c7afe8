package io.slipway.protocol.socket;

import static org.assertj.core.api.Assertions.assertThat;

/** Binary frames of a session, in each layout. */
public final class FrameFuzz {

    private FrameFuzz() {}

    /** Reads one frame; what is read can be sent to a device, and is read the same again. */
    public static void fuzzerTestOneInput(byte[] frame) {
        for (AudioLayout layout : AudioLayout.values()) {
            layout.read(frame)
                    .ifPresent(read -> {
                        assertThat(layout.safe(frame)).isTrue();
                        assertThat(read.opus().length)
                                .isLessThanOrEqualTo(
                                        Math.min(frame.length, AudioLayout.MAX_PACKET));
                        for (AudioLayout other : AudioLayout.values()) {
                            byte[] sent = other.frame(read.opus(), read.timestampMs());
                            assertThat(other.safe(sent)).isTrue();
                            assertThat(other.read(sent).orElseThrow().opus())
                                    .isEqualTo(read.opus());
                        }
                        AudioFrame again =
                                layout.read(layout.frame(read.opus(), read.timestampMs()))
                                        .orElseThrow();
                        assertThat(again.timestampMs()).isEqualTo(read.timestampMs());
                    });
        }
    }
}
