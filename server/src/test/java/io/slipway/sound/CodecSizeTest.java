package io.slipway.sound;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.slipway.protocol.socket.AudioParams;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/** What each of these takes, as their descriptions say, without the tables that all share. */
class CodecSizeTest {

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private final List<Object> kept = new ArrayList<>();

    private long bytes(Supplier<Object> made) {
        kept.add(made.get());
        long before = THREADS.getCurrentThreadAllocatedBytes();
        for (int i = 0; i < 10; i++) {
            kept.add(made.get());
        }
        return (THREADS.getCurrentThreadAllocatedBytes() - before) / 10;
    }

    @Test
    void theyTakeWhatTheySay() {
        var pcm = new AudioParams(AudioParams.PCM, 11_025, 1, 60);
        assertThat(bytes(() -> new SpeechDecoder(AudioParams.UPLINK))).isBetween(30_000L, 45_000L);
        assertThat(bytes(() -> new SpeechDecoder(pcm))).isBetween(80_000L, 125_000L);
        assertThat(bytes(() -> new SpeechEncoder(AudioParams.DOWNLINK)))
                .isBetween(40_000L, 60_000L);
        assertThat(bytes(() -> new VoiceActivity(700))).isLessThan(1_000);
    }
}
