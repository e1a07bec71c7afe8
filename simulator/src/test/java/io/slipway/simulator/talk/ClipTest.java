package io.slipway.simulator.talk;

import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.simulator.board.Pace;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ClipTest {

    @Test
    void everyPacketIs60MsOfWidebandSpeech() {
        Clip clip = Clip.BUNDLED;
        assertThat(
                        Stream.of(clip.wakeWord(), clip.question(), clip.silence())
                                .flatMap(List::stream))
                // RFC 6716, 3.1: SILK, wideband, 60 ms, mono, one frame.
                .allMatch(packet -> (packet[0] & 0xff) == 11 << 3)
                .allMatch(packet -> packet.length < 200);
        assertThat(clip.wakeWord()).hasSizeBetween(20, 40);
        assertThat(clip.question()).hasSizeBetween(40, 80);
        assertThat(clip.silence()).hasSizeGreaterThan(5).allMatch(packet -> packet.length < 30);
    }

    @Test
    void theQueueOfADeviceHolds40Packets() {
        var playback = new Playback(Pace.REAL);
        playback.flush(60, 1_000);
        for (int i = 0; i < 40; i++) {
            assertThat(playback.push(1_000)).isTrue();
        }
        assertThat(playback.push(1_000)).isFalse();
        assertThat(playback.leftNanos(1_000)).isEqualTo(2_400_000_000L);
        assertThat(playback.push(60_001_000)).isTrue();
        assertThat(playback.push(60_001_000)).isFalse();
        assertThat(playback.leftNanos(10_000_000_000L)).isZero();
        assertThat(playback.push(10_000_000_000L)).isTrue();
    }
}
