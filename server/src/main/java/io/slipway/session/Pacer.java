package io.slipway.session;

import io.slipway.http.socket.Socket;
import java.util.Iterator;
import java.util.function.Consumer;

/**
 * Sends frames of speech at the speed of speech, slightly ahead: a device buffers 2.4 s and drops
 * the rest (device-contract 7.3). Lives on its socket's event loop.
 */
final class Pacer {

    /**
     * A device drops speech until its main task has seen {@code tts start} (device-contract 7.3).
     */
    private static final int GAP_MS = 150;

    /** How far ahead, in ms: enough for a Wi-Fi hiccup, far below the device's limit. */
    private static final int AHEAD = 300;

    private final Socket socket;
    private final Iterator<byte[]> frames;
    private final long frameNanos;
    private final Consumer<byte[]> sink;
    private final Runnable done;
    private long began;
    private int next;
    private long timer = -1;

    /**
     * @param frames asked for the next one when it is time to send it
     * @param frameMs duration of each frame
     * @param done runs after the last frame has played, unless cancelled
     */
    Pacer(
            Socket socket,
            Iterator<byte[]> frames,
            int frameMs,
            Consumer<byte[]> sink,
            Runnable done) {
        this.socket = socket;
        this.frames = frames;
        this.frameNanos = frameMs * 1_000_000L;
        this.sink = sink;
        this.done = done;
    }

    /** Starts a moment after {@code tts start}, which must have been sent. */
    void start() {
        timer = socket.after(GAP_MS, this::begin);
    }

    private void begin() {
        began = System.nanoTime();
        step();
    }

    // By the system clock rather than by counting timers, which are always a little late.
    private void step() {
        long played = System.nanoTime() - began;
        long due = (played + AHEAD * 1_000_000L) / frameNanos;
        while (next <= due && frames.hasNext()) {
            sink.accept(frames.next());
            next++;
        }
        boolean sent = !frames.hasNext();
        long wait =
                sent ? next * frameNanos - played : next * frameNanos - AHEAD * 1_000_000L - played;
        if (sent && wait <= 0) {
            timer = -1;
            done.run();
        } else {
            timer = socket.after(wait / 1_000_000 + 1, this::step);
        }
    }

    void cancel() {
        socket.cancel(timer);
    }
}
