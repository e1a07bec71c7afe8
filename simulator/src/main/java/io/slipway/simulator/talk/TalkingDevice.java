package io.slipway.simulator.talk;

import io.slipway.simulator.board.DeviceProfile;
import io.slipway.simulator.board.Pace;
import io.slipway.simulator.board.Variant;
import io.slipway.simulator.strict.StrictAudio;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * One device in one conversation, step by step: from the moment that it opens its WebSocket until
 * it, or the server, ends it. What it is told it takes in on a thread of its own, as strictly as
 * the strictest firmware: a broken rule goes into the log, and the device is gone, as if it had
 * restarted. A step that comes too late, because the connection has ended, does nothing.
 * Thread-safe.
 */
public final class TalkingDevice implements AutoCloseable {

    private static final Duration HELLO = Duration.ofSeconds(10);

    /** However fast its time goes, silence is not sent faster: somebody only measures it. */
    private static final long SILENCE_NANOS = 10_000_000;

    private final DeviceProfile device;
    private final TalkDoor door;
    private final Pace pace;
    private final TalkLog log;
    private final TalkLine line;

    public TalkingDevice(DeviceProfile device, TalkDoor door, Pace pace, TalkLog log) {
        this(device, door, pace, log, heard -> {});
    }

    /**
     * @param ear is told everything that comes before the device takes it in, on the thread that
     *     receives, which it must not hold up
     */
    public TalkingDevice(
            DeviceProfile device, TalkDoor door, Pace pace, TalkLog log, Consumer<TalkHeard> ear) {
        this.device = device;
        this.door = door;
        this.pace = pace;
        this.log = log;
        this.line = new TalkLine(device, door, pace, log, ear);
    }

    /**
     * Connects, says hello and waits for the answer to that, each for at most 10 s.
     *
     * @throws IOException when there is no connection, or no hello; the reason is in its message
     */
    public void open() throws IOException, InterruptedException {
        connect();
        greet(hello());
    }

    /**
     * The first half of {@link #open}: connects, and says nothing yet.
     *
     * @throws IOException when there is no connection
     */
    public void connect() throws IOException {
        line.connect();
    }

    /** What its firmware says first. */
    public String hello() {
        return TalkOpening.hello(device, door.version());
    }

    /**
     * The second half of {@link #open}.
     *
     * @param hello mostly {@link #hello}
     */
    public void greet(String hello) throws IOException, InterruptedException {
        say(hello);
        if (!await(HELLO, TalkMoment::greeted)) {
            boolean open = moment().open();
            close();
            throw new IOException(open ? "no hello within 10 s" : "cut before hello");
        }
        log.session();
        if (device.variant() == Variant.PY_XIAOZHI) {
            line.send(TalkSocket::ping);
        }
    }

    public TalkMoment moment() {
        return line.moment();
    }

    /** Of its loudspeaker, 0 to 100, which a tool sets. */
    public int volume() {
        return line.volume();
    }

    /**
     * It has a battery, as it tells whoever asks; a board without one says nothing of it.
     *
     * @param level in percent
     */
    public void battery(int level, boolean charging) {
        line.battery(level, charging);
    }

    /**
     * Waits until something is so.
     *
     * @return false when the limit is reached or the connection ends before
     */
    public boolean await(Duration limit, Predicate<TalkMoment> until) throws InterruptedException {
        return line.await(limit, until);
    }

    /** Likewise; as long as the device listens it sends what the microphone hears: silence. */
    public boolean awaitInSilence(Duration limit, Predicate<TalkMoment> until)
            throws InterruptedException {
        long deadline = System.nanoTime() + limit.toNanos();
        long frame = Math.max(SILENCE_NANOS, (long) (Clip.FRAME_MS * 1e6 / pace.speed()));
        List<byte[]> silence = Clip.BUNDLED.silence();
        for (int i = 0; ; i++) {
            long left = Math.min(frame, deadline - System.nanoTime());
            if (await(Duration.ofNanos(left), until)) {
                return true;
            }
            TalkMoment now = moment();
            if (!now.open() || System.nanoTime() >= deadline) {
                return false;
            }
            if (now.microphoneOn()) {
                audio(silence.get(i % silence.size()));
            }
        }
    }

    /** It heard its wake word: the sound of that, all at once, then what it was. */
    public void wake(List<byte[]> sound, String word) {
        sound.forEach(this::audio);
        // As firmware does it: not escaped.
        text("\"type\":\"listen\",\"state\":\"detect\",\"text\":\"" + word + "\"");
    }

    public void listen(TalkMode mode) {
        enter(TalkPhase.LISTENING, mode);
        text("\"type\":\"listen\",\"state\":\"start\",\"mode\":\"" + mode.word() + "\"");
    }

    /** The button is let go. */
    public void stop() {
        enter(TalkPhase.IDLE, TalkMode.MANUAL);
        text("\"type\":\"listen\",\"state\":\"stop\"");
    }

    /**
     * The person wants it to be quiet.
     *
     * @param wakeWord by the wake word, and it listens at once; else by a button, and it goes on
     *     speaking until the server stops
     */
    public void abort(boolean wakeWord) {
        text("\"type\":\"abort\"" + (wakeWord ? ",\"reason\":\"wake_word_detected\"" : ""));
        if (wakeWord) {
            enter(TalkPhase.LISTENING, moment().mode());
        }
    }

    private void enter(TalkPhase phase, TalkMode mode) {
        line.change(state -> {
            // Once the server has closed, it is idle until it opens another.
            if (state.open && !state.closedByServer) {
                state.phase = phase;
                state.mode = mode;
            }
        });
    }

    /**
     * Sends packets in the time of their sound, as long as its microphone is on.
     *
     * @return whether all of them were sent
     */
    public boolean speak(List<byte[]> packets) throws InterruptedException {
        long start = System.nanoTime();
        for (int i = 0; i < packets.size(); i++) {
            long due = start + (long) (i * Clip.FRAME_MS * 1e6 / pace.speed());
            long wait = due - System.nanoTime();
            if (wait > 0) {
                Thread.sleep(Duration.ofNanos(wait));
            }
            if (!moment().microphoneOn()) {
                return false;
            }
            audio(packets.get(i));
        }
        return true;
    }

    /** Sends one packet. */
    public void audio(byte[] packet) {
        line.send(out -> out.binary(StrictAudio.frame(door.version(), packet)));
        log.up();
    }

    /** Sends the text as it is. */
    public void say(String text) {
        line.send(out -> out.text(text));
    }

    /**
     * A frame that need not be one that a device sends.
     *
     * @param first its first byte: FIN, reserved bits, opcode
     */
    public record Raw(int first, byte[] payload) {}

    /** Sends a frame as it is, to see what a server makes of one that no device sends. */
    public void frame(int first, byte[] payload) {
        frames(List.of(new Raw(first, payload)));
    }

    /**
     * Likewise several, in one piece: what the device answers by itself, on the thread that
     * receives, comes before or after them, as a message must not come amid the parts of another.
     */
    public void frames(List<Raw> frames) {
        line.send(out -> out.raw(frames));
    }

    private void text(String members) {
        say("{\"session_id\":\"" + moment().session() + "\"," + members + "}");
    }

    /** Ends the conversation as its kind does: firmware just drops TCP. */
    @Override
    public void close() {
        line.close();
    }

    /** Its Wi-Fi is gone for a moment, and the server is told so by a reset. */
    public void lose() {
        line.lose();
    }

    /**
     * Its Wi-Fi is gone for good: it neither sends nor reads any more, and nobody tells the server.
     * The connection itself stays until {@link #close}.
     */
    public void vanish() {
        line.end();
    }
}
