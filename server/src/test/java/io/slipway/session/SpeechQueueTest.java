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
        var queue = new SpeechQueue<String>();
        var device = new PlayingDevice(frameMs);
        int packets = (int) (Duration.ofHours(1).toMillis() / frameMs);
        // A clock may start anywhere.
        long start = Long.MAX_VALUE - 5 * MS;
        long now = start;
        int given = 0;
        while (device.packets < packets) {
            // The backend is far faster than speech, as far as it is let.
            while (given < packets && queue.bytes() < 64 * 1024) {
                queue.audio(numbered(given++), frameMs * MS);
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
        var queue = new SpeechQueue<String>();
        var out = new ArrayList<Integer>();
        long now = 0;
        for (int i = 0; i < 10_000; i++) {
            queue.audio(numbered(i), 60 * MS);
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
        var queue = new SpeechQueue<String>();
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
                    queue.audio(numbered(i), frameMs * MS);
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

    /** What leaves, and when, in ms: runs to the end. */
    private static List<String> leaving(SpeechQueue<String> queue) {
        var out = new ArrayList<String>();
        long now = 0;
        long wait = 0;
        while (wait != SpeechQueue.NEVER) {
            now += wait;
            long ms = now / MS;
            wait =
                    queue.drain(
                            now,
                            () -> true,
                            text -> out.add(ms + " " + text),
                            frame -> out.add(ms + " audio " + number(frame)));
        }
        return out;
    }

    @Test
    void aStopWaitsUntilTheDeviceHasPlayedWhatCameBefore() {
        var queue = new SpeechQueue<String>();
        queue.start("start", 5);
        for (int i = 0; i < 10; i++) {
            queue.audio(numbered(i), 60 * MS);
        }
        queue.stop("stop", 4);
        queue.text("after", 5);
        List<String> out = leaving(queue);
        assertThat(out).startsWith("0 start", "150 audio 0").contains("150 audio 9");
        assertThat(out).endsWith("750 stop", "750 after");
    }

    @Test
    void aStartThatHadToWaitIsFollowedByAGap() {
        var queue = new SpeechQueue<String>();
        queue.audio(numbered(0), 100 * MS);
        queue.stop("stop", 4);
        queue.start("start", 5);
        var out = new ArrayList<String>();
        long[] now = {0};
        while (queue.drain(now[0], () -> true, out::add, frame -> {}) != SpeechQueue.NEVER) {
            now[0] += MS;
        }
        assertThat(out).containsExactly("stop", "start");
        assertThat(now[0]).isEqualTo(100 * MS);
        queue.audio(numbered(1), 100 * MS);
        assertThat(queue.drain(now[0] + 1, () -> true, out::add, frame -> {}))
                .isEqualTo(150 * MS - 1);
    }

    @Test
    void whatComesAtItsTimeIsNotHeldUpByTheStart() {
        var queue = new SpeechQueue<String>();
        var out = new ArrayList<String>();
        queue.start("start", 5);
        assertThat(queue.drain(0, () -> true, out::add, frame -> {})).isEqualTo(SpeechQueue.NEVER);
        queue.audio(numbered(0), 60 * MS);
        queue.drain(1, () -> true, out::add, frame -> out.add("audio"));
        assertThat(out).containsExactly("start", "audio");
    }

    @Test
    void theUrgentOvertakesAndKeepsItsOrder() {
        var queue = new SpeechQueue<String>();
        for (int i = 0; i < 100; i++) {
            queue.audio(numbered(i), 60 * MS);
        }
        queue.stop("stop", 4);
        var out = new ArrayList<String>();
        assertThat(queue.drain(0, () -> true, out::add, frame -> {})).isPositive();
        queue.urgent("a", 1);
        queue.urgent("b", 1);
        queue.interrupt(text -> text.equals("other"));
        assertThat(queue.bytes()).isPositive();
        assertThat(queue.drain(1, () -> false, out::add, frame -> {})).isZero();
        assertThat(out).isEmpty();
        queue.drain(1, () -> true, out::add, frame -> {});
        assertThat(out).containsExactly("a", "b", "stop");
        assertThat(queue.bytes()).isZero();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void packetsOfAnyMixedDurationNeitherRunAheadNorDrift(long seed) {
        var random = new Random(seed);
        var queue = new SpeechQueue<String>();
        var ends = new ArrayList<Long>();
        long total = 0;
        int[] durations = {2, 5, 10, 20, 40, 60, 120, 3_800};
        for (int i = 0; i < 5_000; i++) {
            long nanos = durations[random.nextInt(random.nextInt(50) == 0 ? 8 : 7)] * MS;
            total += nanos;
            queue.audio(ByteBuffer.allocate(8).putLong(nanos).array(), nanos);
        }
        long now = 0;
        long wait = 0;
        while (wait != SpeechQueue.NEVER) {
            now += wait;
            long at = now;
            wait =
                    queue.drain(
                            now,
                            () -> true,
                            text -> {},
                            frame -> {
                                long nanos = ByteBuffer.wrap(frame).getLong();
                                long before = ends.isEmpty() ? at : ends.getLast();
                                assertThat(before).as("no gap").isGreaterThanOrEqualTo(at);
                                ends.add(before + nanos);
                                assertThat(before + nanos - at)
                                        .isLessThanOrEqualTo(Math.max(1_500 * MS, nanos));
                                int since = ends.size() - 26;
                                assertThat(since < 0 || ends.get(since) <= at).isTrue();
                            });
        }
        assertThat(ends.getLast()).isEqualTo(total);
    }
}
