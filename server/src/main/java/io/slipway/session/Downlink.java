package io.slipway.session;

import io.slipway.history.ChatLog.Speaker;
import io.slipway.http.socket.Socket;
import io.slipway.protocol.socket.ServerMessage;
import io.slipway.protocol.socket.ServerMessage.Tts.TtsState;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * The way from a relayed backend to its device: audio at the speed of speech, texts in their place,
 * and nothing more of an answer that the device has aborted. Lives on the session's event loop.
 */
final class Downlink {

    /** What a text is for the device's state (device-contract 7.4). */
    enum TextKind {
        /** The device begins to speak: from now on it plays audio. */
        START,
        /** A sentence of the answer. */
        SENTENCE,
        /** It stops speaking. */
        STOP,
        /** Does not concern what is being said, and does not wait for it. */
        URGENT,
        OTHER
    }

    /**
     * A text for the device.
     *
     * @param json safe for any firmware
     * @param speaker of the line
     * @param line for the chat history, once it has been sent; {@code ""} for none
     */
    record BackendText(String json, TextKind kind, Speaker speaker, String line) {}

    /**
     * Pauses and resumes reading from the backend.
     *
     * @param most bytes that may wait before the backend is paused
     * @param glanceMs how often a paused backend is read a little further
     * @param memory shared with all others
     */
    record BackendReading(
            Runnable pause, Runnable resume, int most, long glanceMs, SpeechMemory memory) {}

    /**
     * A paused backend is read further until nearly this many times as much waits, which is {@code
     * session.buffer}: its pings are behind the speech that it has sent, and it gives up without an
     * answer.
     */
    private static final int MOST_GLANCED = 4;

    /** What one read from a socket brings, in bytes. */
    private static final int READ = 64 * 1024;

    /** Of what may wait otherwise, while too much waits in all relays together. */
    private static final int CROWDED_SHARE = 8;

    private final Socket device;
    private final String sessionId;
    private final Link.LinkListener listener;
    private final ToLongFunction<byte[]> clock;
    private final BackendReading reading;
    private final SpeechQueue<BackendText> queue;

    // Once, and not for each frame.
    private final BooleanSupplier open = this::open;
    private final Consumer<BackendText> send = this::send;
    private final Consumer<byte[]> play;
    private final Runnable due = this::due;
    private long timer = -1;
    private long glanceTimer = -1;
    private boolean deviceFull;
    private boolean paused;
    private boolean closed;
    private long counted;

    /** The device has been sent a start, and no stop since. */
    private boolean speaking;

    /** The backend has sent a start, and no stop since. */
    private boolean answering;

    /** The rest of the backend's answer is dropped. */
    private boolean muted;

    private @Nullable Runnable whenPlayed;

    /**
     * @param clock how long a packet plays, in nanoseconds, at least 1; it is in the layout of the
     *     device's connection
     */
    Downlink(
            Socket device,
            String sessionId,
            Link.LinkListener listener,
            ToLongFunction<byte[]> clock,
            BackendReading reading) {
        this.device = device;
        this.sessionId = sessionId;
        this.listener = listener;
        this.queue = new SpeechQueue<>();
        this.clock = clock;
        this.reading = reading;
        this.play = listener::audio;
    }

    private boolean open() {
        return !deviceFull && !closed;
    }

    /** A packet of the backend, in the layout of the device's connection. */
    void audio(byte[] frame) {
        if (muted) {
            return;
        }
        long nanos = clock.applyAsLong(frame);
        // Most come in time: nothing is made for them.
        if (open() && !paused && queue.passes(nanos, System.nanoTime())) {
            play.accept(frame);
        } else {
            queue.audio(frame, nanos);
            added();
        }
    }

    /** A text of the backend. */
    void text(BackendText text) {
        if (!droppedAsMuted(text.kind())) {
            int length = text.json().length();
            switch (text.kind()) {
                case START -> queue.start(text, length);
                case STOP -> queue.stop(text, length);
                case SENTENCE, OTHER -> queue.text(text, length);
                case URGENT -> {
                    queue.urgent(text, length);
                    stopTimer();
                }
            }
            added();
        }
    }

    private boolean droppedAsMuted(TextKind kind) {
        boolean wasMuted = muted;
        if (kind == TextKind.START || kind == TextKind.STOP) {
            answering = kind == TextKind.START;
            muted = false;
        }
        // The device has had its stop already.
        return wasMuted && (kind == TextKind.SENTENCE || kind == TextKind.STOP);
    }

    private void added() {
        drain();
        if (deviceFull || queue.bytes() >= most()) {
            pause();
        }
    }

    private int most() {
        return reading.memory().full() ? reading.most() / CROWDED_SHARE : reading.most();
    }

    private void count() {
        long waiting = closed ? 0 : queue.bytes();
        if (waiting != counted) {
            reading.memory().changed(waiting - counted);
            counted = waiting;
        }
    }

    private void pause() {
        if (!paused && !closed) {
            paused = true;
            reading.pause().run();
            glanceTimer = device.after(reading.glanceMs(), this::glance);
        }
    }

    private void resume() {
        if (paused) {
            paused = false;
            device.cancel(glanceTimer);
            reading.resume().run();
        }
    }

    // Up to the next message that has to wait, and what was read together with it.
    private void glance() {
        boolean room = queue.bytes() + READ <= (long) MOST_GLANCED * reading.most();
        if (room && !reading.memory().full()) {
            resume();
        } else {
            glanceTimer = device.after(reading.glanceMs(), this::glance);
        }
    }

    private void drain() {
        if (timer >= 0) {
            // Nothing may leave before it fires: it is stopped for what is urgent.
            count();
            return;
        }
        long wait = queue.drain(System.nanoTime(), open, send, play);
        count();
        if (closed || deviceFull) {
            return;
        }
        if (wait != SpeechQueue.NEVER) {
            later(wait);
        } else if (whenPlayed != null) {
            finish();
        }
        if (queue.bytes() < most() / 2) {
            resume();
        }
    }

    private void later(long nanos) {
        timer = device.after(nanos / 1_000_000 + 1, due);
    }

    private void due() {
        timer = -1;
        drain();
    }

    private void send(BackendText text) {
        if (text.kind() == TextKind.START || text.kind() == TextKind.STOP) {
            speaking = text.kind() == TextKind.START;
        }
        listener.text(text.json());
        if (!text.line().isEmpty()) {
            listener.transcribed(text.speaker(), text.line());
        }
    }

    /**
     * The device has been interrupted: what waits of the answer is dropped, and so is the rest of
     * it. Firmware goes on speaking until it is told to stop (device-contract 7.5), which not every
     * backend does.
     */
    void abort() {
        stopTimer();
        queue.interrupt(text -> text.kind() != TextKind.OTHER);
        muted = answering;
        if (speaking) {
            speaking = false;
            listener.text(new ServerMessage.Tts(sessionId, TtsState.STOP, null).json());
        }
        drain();
    }

    /** The device takes no more for now. */
    void hold() {
        deviceFull = true;
        stopTimer();
        pause();
    }

    /** The device takes more again. */
    void release() {
        deviceFull = false;
        drain();
    }

    /** Runs {@code then} once, after the device has had time to play what has arrived. */
    void finish(Runnable then) {
        whenPlayed = then;
        drain();
    }

    private void finish() {
        Runnable then = whenPlayed;
        long ahead = queue.aheadOf(System.nanoTime());
        if (ahead > 0) {
            later(ahead);
        } else if (then != null) {
            whenPlayed = null;
            then.run();
        }
    }

    private void stopTimer() {
        device.cancel(timer);
        timer = -1;
    }

    void close() {
        closed = true;
        count();
        stopTimer();
        device.cancel(glanceTimer);
    }
}
