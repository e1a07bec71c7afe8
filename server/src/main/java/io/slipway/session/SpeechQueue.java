package io.slipway.session;

import java.util.ArrayDeque;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What a backend has sent and its device has not been sent yet, in order. Audio leaves at the speed
 * of speech, slightly ahead, because a device holds 40 packets and drops the rest (device-contract
 * 7.3); texts leave in their place. Has no clock: callers pass the time, in nanoseconds of a clock
 * that never goes back. Not thread-safe.
 *
 * @param <T> the texts
 */
final class SpeechQueue<T> {

    /** How far audio may be ahead of real time: by both limits (device-contract 7.3). */
    private static final long MOST_AHEAD_NANOS = 1_500_000_000L;

    private static final int MOST_AHEAD_PACKETS = 25;

    /** What an item takes in memory besides its content, in bytes. */
    private static final int ITEM = 64;

    /** Nothing waits. */
    static final long NEVER = -1;

    private record QueuedItem<T>(byte @Nullable [] audio, @Nullable T text, int bytes) {}

    private final ArrayDeque<QueuedItem<T>> waiting = new ArrayDeque<>();
    private final long frameNanos;
    private final long aheadNanos;
    private long bytes;
    private boolean sent;
    private long playedAt;

    /**
     * @param frameMs duration of each packet
     */
    SpeechQueue(int frameMs) {
        frameNanos = frameMs * 1_000_000L;
        aheadNanos = Math.min(MOST_AHEAD_NANOS, MOST_AHEAD_PACKETS * frameNanos);
    }

    /** Adds a packet, in any layout; it must not be changed afterwards. */
    void audio(byte[] frame) {
        add(new QueuedItem<>(frame, null, ITEM + frame.length));
    }

    /**
     * Adds a text.
     *
     * @param length its length in characters
     */
    void text(T text, int length) {
        add(new QueuedItem<>(null, text, ITEM + 2 * length));
    }

    private void add(QueuedItem<T> item) {
        waiting.add(item);
        bytes += item.bytes;
    }

    /** The first of what waits, if it may leave now. */
    private @Nullable QueuedItem<T> due(long now) {
        QueuedItem<T> first = waiting.peek();
        return first == null || first.audio == null || untilDue(now) <= 0 ? first : null;
    }

    private long untilDue(long now) {
        return aheadOf(now) + frameNanos - aheadNanos;
    }

    /** How much of the audio that has left has not been played yet, in nanoseconds. */
    long aheadOf(long now) {
        return sent ? Math.max(0, playedAt - now) : 0;
    }

    /**
     * Takes out what may leave now.
     *
     * @param goOn asked before each
     * @return the nanoseconds until more may leave, or {@link #NEVER} if nothing waits
     */
    long drain(long now, BooleanSupplier goOn, Consumer<T> texts, Consumer<byte[]> sound) {
        QueuedItem<T> next;
        while (goOn.getAsBoolean() && (next = due(now)) != null) {
            waiting.remove();
            bytes -= next.bytes;
            byte[] audio = next.audio;
            T text = next.text;
            if (audio != null) {
                playedAt = now + aheadOf(now) + frameNanos;
                sent = true;
                sound.accept(audio);
            } else if (text != null) {
                texts.accept(text);
            }
        }
        return waiting.isEmpty() ? NEVER : Math.max(0, untilDue(now));
    }

    /** The device stops playing: drops all audio and some texts. What has left counts as played. */
    void interrupt(Predicate<T> drops) {
        sent = false;
        waiting.removeIf(item -> item.text == null || drops.test(item.text));
        bytes = waiting.stream().mapToLong(QueuedItem::bytes).sum();
    }

    /** What waits, in bytes of memory. */
    long bytes() {
        return bytes;
    }
}
