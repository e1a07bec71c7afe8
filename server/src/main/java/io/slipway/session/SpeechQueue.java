package io.slipway.session;

import java.util.ArrayDeque;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a backend has sent and its device has not been sent yet, in order. Audio leaves at the speed
 * of speech, slightly ahead, because a device holds 40 packets and drops the rest (device-contract
 * 7.3); texts leave in their place, except urgent ones. Has no clock: callers pass the time, in
 * nanoseconds of a clock that never goes back. Not thread-safe.
 *
 * @param <T> the texts
 */
final class SpeechQueue<T> {

    /** How far audio may be ahead of real time: by both limits (device-contract 7.3). */
    private static final long MOST_AHEAD_NANOS = 1_500_000_000L;

    private static final int MOST_AHEAD_PACKETS = 25;

    /** A device drops audio until its main task has seen the start (device-contract 7.3). */
    private static final long GAP_NANOS = 150_000_000L;

    /** What an item takes in memory besides its content, in bytes. */
    private static final int ITEM = 64;

    /** Nothing waits. */
    static final long NEVER = -1;

    private enum ItemRole {
        AUDIO,
        TEXT,
        START,
        STOP
    }

    /**
     * @param nanos duration of audio
     * @param behind whether others waited when it came
     */
    private record QueuedItem<T>(
            ItemRole role,
            byte @Nullable [] audio,
            @Nullable T text,
            int bytes,
            long nanos,
            boolean behind) {}

    private final ArrayDeque<QueuedItem<T>> waiting = new ArrayDeque<>();
    private final ArrayDeque<QueuedItem<T>> urgent = new ArrayDeque<>();

    /** When the last packets that have left will have been played. */
    private final long[] ends = new long[MOST_AHEAD_PACKETS];

    private long bytes;
    private int packets;
    private long sent;
    private long playedAt;
    private boolean inGap;
    private long gapEnd;

    /**
     * Adds a packet, in any layout; it must not be changed afterwards.
     *
     * @param nanos how long it plays
     */
    void audio(byte[] frame, long nanos) {
        packets++;
        add(new QueuedItem<>(ItemRole.AUDIO, frame, null, ITEM + frame.length, nanos, false));
    }

    /**
     * Whether a packet may leave now, without waiting: then it counts as having left.
     *
     * @param nanos how long it plays
     */
    boolean passes(long nanos, long now) {
        boolean passes =
                waiting.isEmpty() && urgent.isEmpty() && !inGap && untilRoom(nanos, now) <= 0;
        if (passes) {
            left(nanos, now);
        }
        return passes;
    }

    /**
     * Adds a text.
     *
     * @param length its length in characters
     */
    void text(T text, int length) {
        add(text(ItemRole.TEXT, text, length));
    }

    /**
     * Adds the text that makes the device play. If it had to wait, or audio waits behind it, a gap
     * follows in which the device gets ready.
     */
    void start(T text, int length) {
        add(text(ItemRole.START, text, length));
    }

    /**
     * Adds the text that makes the device listen again. It waits until the audio before it has been
     * played: some firmware drops at this point what it has not played.
     */
    void stop(T text, int length) {
        add(text(ItemRole.STOP, text, length));
    }

    /** Adds a text that overtakes everything but its own kind. */
    void urgent(T text, int length) {
        QueuedItem<T> item = text(ItemRole.TEXT, text, length);
        urgent.add(item);
        bytes += item.bytes;
    }

    private QueuedItem<T> text(ItemRole role, T text, int length) {
        return new QueuedItem<>(role, null, text, ITEM + 2 * length, 0, !waiting.isEmpty());
    }

    private void add(QueuedItem<T> item) {
        waiting.add(item);
        bytes += item.bytes;
    }

    /** The queue whose first item may leave now. */
    private @Nullable ArrayDeque<QueuedItem<T>> due(long now) {
        if (!urgent.isEmpty()) {
            return urgent;
        }
        QueuedItem<T> first = waiting.peek();
        return first != null && untilDue(first, now) <= 0 ? waiting : null;
    }

    private long untilDue(QueuedItem<T> item, long now) {
        return switch (item.role) {
            case AUDIO -> Math.max(untilRoom(item.nanos, now), inGap ? gapEnd - now : 0);
            case STOP -> aheadOf(now);
            case TEXT, START -> 0;
        };
    }

    private long untilRoom(long nanos, long now) {
        long ahead = aheadOf(now);
        // A packet may be longer than all that may be ahead.
        long byTime = Math.min(ahead, ahead + nanos - MOST_AHEAD_NANOS);
        return sent < MOST_AHEAD_PACKETS ? byTime : Math.max(byTime, ends[place()] - now);
    }

    private int place() {
        return (int) (sent % MOST_AHEAD_PACKETS);
    }

    /** How much of the audio that has left has not been played yet, in nanoseconds. */
    long aheadOf(long now) {
        return sent > 0 ? Math.max(0, playedAt - now) : 0;
    }

    /**
     * Takes out what may leave now.
     *
     * @param goOn asked before each
     * @return the nanoseconds until more may leave, or {@link #NEVER} if nothing waits
     */
    long drain(long now, BooleanSupplier goOn, Consumer<T> texts, Consumer<byte[]> sound) {
        ArrayDeque<QueuedItem<T>> from;
        while (goOn.getAsBoolean() && (from = due(now)) != null) {
            QueuedItem<T> next = from.remove();
            bytes -= next.bytes;
            byte[] audio = next.audio;
            T text = next.text;
            if (audio != null) {
                leaves(next.nanos, now);
                sound.accept(audio);
            } else if (text != null) {
                if (next.role == ItemRole.START) {
                    inGap = next.behind || packets > 0;
                    gapEnd = now + GAP_NANOS;
                }
                texts.accept(text);
            }
        }
        QueuedItem<T> first = waiting.peek();
        if (!urgent.isEmpty()) {
            return 0;
        }
        return first == null ? NEVER : Math.max(0, untilDue(first, now));
    }

    private void leaves(long nanos, long now) {
        packets--;
        left(nanos, now);
    }

    private void left(long nanos, long now) {
        inGap = false;
        playedAt = now + aheadOf(now) + nanos;
        ends[place()] = playedAt;
        sent++;
    }

    /**
     * The device stops playing: drops all audio and some texts, none of them urgent. What has left
     * counts as played.
     */
    void interrupt(Predicate<T> drops) {
        sent = 0;
        packets = 0;
        waiting.removeIf(item -> item.text == null || drops.test(item.text));
        bytes = Stream.concat(waiting.stream(), urgent.stream()).mapToLong(QueuedItem::bytes).sum();
    }

    /** What waits, in bytes of memory. */
    long bytes() {
        return bytes;
    }
}
