package io.slipway.session;

import io.slipway.http.socket.Socket;
import io.slipway.protocol.socket.AudioLayout;
import io.slipway.protocol.socket.AudioParams;
import io.slipway.protocol.socket.ServerMessage;
import io.slipway.protocol.socket.ServerMessage.Tts.TtsState;
import java.util.Collections;
import java.util.Iterator;
import java.util.concurrent.Semaphore;

/**
 * Delivers a notice that the device shows and speaks: an alert, then the sentence as speech. Lives
 * on its socket's event loop.
 */
final class NoticeDelivery {

    /** Without sound, the sentence stays on the screen for this long. */
    private static final int SILENT_MS = 2_000;

    /**
     * Notices that are decoded at once, for PCM: whoever claims to be such a device must not keep
     * the processor busy. Others are shown without sound.
     */
    private static final Semaphore DECODING = new Semaphore(20);

    private final Socket socket;
    private final String sessionId;
    private final SpokenNotices.SpokenNotice spoken;
    private final AudioLayout layout;
    private final boolean sound;
    private final Runnable done;
    private final Pacer pacer;
    private long timer = -1;
    private boolean ending;
    private boolean decoding;

    /**
     * @param speech what the device plays in this session
     * @param done runs once it has been delivered, or interrupted by {@link #abort}
     */
    NoticeDelivery(
            Socket socket,
            String sessionId,
            SpokenNotices.SpokenNotice spoken,
            AudioLayout layout,
            AudioParams speech,
            Runnable done) {
        this.socket = socket;
        this.sessionId = sessionId;
        this.spoken = spoken;
        this.layout = layout;
        this.done = done;
        this.decoding = speech.pcm() && DECODING.tryAcquire();
        Iterator<byte[]> packets =
                speech.pcm() && !decoding
                        ? Collections.emptyIterator()
                        : NoticeSound.of(spoken.packets(), speech);
        this.sound = packets.hasNext();
        this.pacer = new Pacer(socket, packets, speech.frameDuration(), this::packet, this::end);
    }

    void start() {
        send(
                new ServerMessage.Alert(
                        sessionId, spoken.status(), spoken.message(), spoken.emotion()));
        send(new ServerMessage.Tts(sessionId, TtsState.START, null));
        send(new ServerMessage.Tts(sessionId, TtsState.SENTENCE_START, spoken.sentence()));
        if (sound) {
            pacer.start();
        } else {
            timer = socket.after(SILENT_MS, this::end);
        }
    }

    /** The button was pressed: stop speaking. */
    void abort() {
        if (!ending) {
            cancel();
            end();
        }
    }

    void cancel() {
        decoded();
        pacer.cancel();
        socket.cancel(timer);
    }

    private void packet(byte[] packet) {
        // For a device that does not read, only what fits is queued.
        if (!socket.full()) {
            socket.binary(layout.frame(packet, 0));
        }
    }

    private void decoded() {
        if (decoding) {
            decoding = false;
            DECODING.release();
        }
    }

    private void end() {
        decoded();
        ending = true;
        send(new ServerMessage.Tts(sessionId, TtsState.STOP, null));
        done.run();
    }

    private void send(ServerMessage message) {
        socket.text(message.json());
    }
}
