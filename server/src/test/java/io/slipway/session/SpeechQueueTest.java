package io.slipway.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The pace of speech, in compressed time. */
class SpeechQueueTest {

    private static final long MS = 1_000_000;

    /** What a device holds before it drops packets (device-contract 7.3). */
    private static final int DEVICE_HOLDS = 40;

    private static byte[] numbered(int number) {
        return ByteBuffer.allocate(4).putInt(number).array();
    }

    private static int number(byte[] frame) {
        return ByteBuffer.wrap(frame).getInt();
    }

    /** A device that plays what it gets, from the first packet on. */
    private static final class PlayingDevice {
        final long frameNanos;
        final List<String> heard = new ArrayList<>();
        long emptyAt;
        long gaps;
        int packets;

        PlayingDevice(int frameMs) {
            frameNanos = frameMs * MS;
        }

        void audio(byte[] frame, long now) {
            if (packets > 0 && now - emptyAt > 0) {
                gaps++;
            }
            emptyAt = now + (packets > 0 ? Math.max(0, emptyAt - now) : 0) + frameNanos;
            packets++;
            heard.add("audio " + number(frame));
            assertThat(emptyAt - now).isLessThanOrEqualTo(Duration.ofMillis(1_500).toNanos());
            assertThat((emptyAt - now + frameNanos - 1) / frameNanos)
                    .isLessThanOrEqualTo(25)
                    .isLessThan(DEVICE_HOLDS);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {5, 10, 20, 40, 60, 80, 100, 120})
    void anHourOfSpeechNeitherRunsAheadNorDriftsNorPauses(int frameMs) {
        var random = new Random(frameMs);
        var queue = new SpeechQueue<String>(frameMs);
        var device = new PlayingDevice(frameMs);
        int packets = (int) (Duration.ofHours(1).toMillis() / frameMs);
        // A clock may start anywhere.
        long start = Long.MAX_VALUE - 5 * MS;
        long now = start;
        int given = 0;
        while (device.packets < packets) {
            // The backend is far faster than speech, as far as it is let.
            while (given < packets && queue.bytes() < 64 * 1024) {
                queue.audio(numbered(given++));
            }
            long at = now;
            long wait = queue.drain(now, () -> true, text -> {}, frame -> device.audio(frame, at));
            if (wait != SpeechQueue.NEVER) {
                // Timers are late, by less than the device holds.
                now += wait + random.nextLong(Math.min(frameMs, 20) * MS);
            }
        }
        assertThat(device.gaps).isZero();
        assertThat(device.emptyAt - start)
                .as("all of it, gapless")
                .isEqualTo((long) packets * frameMs * MS);
        long most = Math.min(1_500L, 25L * frameMs) * MS;
        assertThat(device.emptyAt - now)
                .as("as far ahead as at first, but for a late timer")
                .isBetween(most - frameMs * MS - 20 * MS, most);
    }

    @Test
    void whatComesAtTheSpeedOfSpeechIsNotDelayed() {
        var queue = new SpeechQueue<String>(60);
        var out = new ArrayList<Integer>();
        long now = 0;
        for (int i = 0; i < 10_000; i++) {
            queue.audio(numbered(i));
            assertThat(queue.drain(now, () -> true, text -> {}, frame -> out.add(number(frame))))
                    .isEqualTo(SpeechQueue.NEVER);
            assertThat(out).hasSize(i + 1);
            now += 60 * MS;
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
    void textsKeepTheirPlaceAndNothingIsLost(long seed) {
        var random = new Random(seed);
        int frameMs = new int[] {20, 40, 60}[random.nextInt(3)];
        var queue = new SpeechQueue<String>(frameMs);
        var device = new PlayingDevice(frameMs);
        var expected = new ArrayList<String>();
        long now = 0;
        for (int i = 0; i < 20_000; i++) {
            switch (random.nextInt(8)) {
                case 0 -> {
                    queue.text("text " + i, 6);
                    expected.add("text " + i);
                }
                case 1 -> now += random.nextLong(4L * frameMs * MS);
                case 2, 3, 4, 5 -> {
                    queue.audio(numbered(i));
                    expected.add("audio " + i);
                }
                default -> {
                    long at = now;
                    boolean full = random.nextInt(10) == 0;
                    queue.drain(
                            now, () -> !full, device.heard::add, frame -> device.audio(frame, at));
                    if (random.nextInt(2_000) == 0) {
                        // The device drops what it holds, and so does the queue.
                        expected.subList(device.heard.size(), expected.size())
                                .removeIf(entry -> entry.startsWith("audio"));
                        queue.interrupt(text -> false);
                        device.emptyAt = now;
                    }
                }
            }
        }
        long wait = 0;
        while (wait != SpeechQueue.NEVER) {
            now += wait;
            long at = now;
            wait =
                    queue.drain(
                            now, () -> true, device.heard::add, frame -> device.audio(frame, at));
        }
        assertThat(device.heard).isEqualTo(expected);
        assertThat(queue.bytes()).isZero();
    }
}
