package io.slipway.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.jaredmdobson.concentus.OpusPacketInfo;
import io.slipway.protocol.socket.AudioLayout;
import io.slipway.protocol.socket.AudioParams;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** How long packets play, whatever the hello says. */
class PacketDurationTest {

    private static final long MS = 1_000_000;

    private static final AudioParams OPUS = new AudioParams(AudioParams.OPUS, 24_000, 1, 100);

    /** RFC 6716, 3.1 and 3.2, against a decoder. */
    @ParameterizedTest
    @EnumSource(AudioLayout.class)
    void everyKindOfOpusPacketIsRead(AudioLayout layout) {
        var duration = new PacketDuration(OPUS, layout);
        for (int first = 0; first < 256; first++) {
            for (int second = 0; second < 256; second++) {
                byte[] packet = {(byte) first, (byte) second, 0};
                int samples =
                        OpusPacketInfo.getNumSamplesPerFrame(packet, 0, 48_000)
                                * OpusPacketInfo.getNumFrames(packet, 0, packet.length);
                boolean readable = samples > 0 && samples <= 48 * 120;
                assertThat(duration.nanos(layout.frame(packet, 0)))
                        .as("%d %d", first, second)
                        .isEqualTo(readable ? samples * MS / 48 : 100 * MS);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(AudioLayout.class)
    void whatCannotBeReadPlaysAsLongAsAnnounced(AudioLayout layout) {
        var duration = new PacketDuration(OPUS, layout);
        for (byte[] packet : new byte[][] {{}, {3}, {3, 0}, {0x1b, 3}}) {
            assertThat(duration.nanos(layout.frame(packet, 0))).isEqualTo(100 * MS);
        }
    }

    @Test
    void pcmPlaysByItsLength() {
        var stereo = new AudioParams(AudioParams.PCM, 48_000, 2, 60);
        for (AudioLayout layout : AudioLayout.values()) {
            var duration = new PacketDuration(stereo, layout);
            assertThat(duration.nanos(layout.frame(new byte[1_920], 0))).isEqualTo(10 * MS);
            assertThat(duration.nanos(layout.frame(new byte[0], 0))).isEqualTo(60 * MS);
        }
    }
}
