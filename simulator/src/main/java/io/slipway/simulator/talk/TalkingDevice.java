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
 * One device in one conversation, step by step: from opening its WebSocket until it, or the server,
 * closes it. Messages are processed on its own thread, as strictly as the strictest firmware: a
 * broken rule is logged, and the device is gone, as if it had restarted. A step after the end of
 * the connection does nothing. Thread-safe.
 */
public final class TalkingDevice implements AutoCloseable {

    private static final Duration HELLO = Duration.ofSeconds(10);

    /** However fast its time, silence is not sent faster: it only serves to measure time. */
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
     * @param ear is called with every message before the device processes it, on the receiving
     *     thread, which it must not block
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
     * Connects, sends hello and waits for the answer, each for at most 10 s.
     *
     * @throws IOException if there is no connection, or no hello; the reason is in its message
     */
    public void open() throws IOException, InterruptedException {
        connect();
        greet(hello());
    }

    /**
     * The first half of {@link #open}: connects without sending anything.
     *
     * @throws IOException if there is no connection
     */
    public void connect() throws IOException {
        line.connect();
    }

    /** The first message of its firmware. */
    public String hello() {
        return TalkOpening.hello(device, door.version());
    }

    /**
     * The second half of {@link #open}.
     *
     * @param hello usually {@link #hello}
     */
    public void greet(String hello) throws IOException, InterruptedException {
        say(hello);
        if (!await(HELLO, m -> m.connection().greeted())) {
            boolean open = moment().connection().open();
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

    /** The volume of its loudspeaker, 0 to 100, which a tool sets. */
    public int volume() {
        return line.volume();
    }

    /**
     * Gives it a battery, which it reports on request; a board without one reports nothing.
     *
     * @param level in percent
     */
    public void battery(int level, boolean charging) {
        line.battery(level, charging);
    }

    /**
     * Waits for a condition.
     *
     * @return false if the limit is reached or the connection ends before
     */
    public boolean await(Duration limit, Predicate<TalkMoment> until) throws InterruptedException {
        return line.await(limit, until);
    }

    /** Likewise; while the device listens it sends what the microphone picks up: silence. */
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
            if (!now.connection().open() || System.nanoTime() >= deadline) {
                return false;
            }
            if (now.microphoneOn()) {
                audio(silence.get(i % silence.size()));
            }
        }
    }

    /** It detected its wake word: sends the sound, all at once, then the word. */
    public void wake(List<byte[]> sound, String word) {
        sound.forEach(this::audio);
        // As in firmware: not escaped.
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
     * @param wakeWord whether by the wake word, after which it listens at once; otherwise by a
     *     button, and it goes on speaking until the server stops
     */
    public void abort(boolean wakeWord) {
        text("\"type\":\"abort\"" + (wakeWord ? ",\"reason\":\"wake_word_detected\"" : ""));
        if (wakeWord) {
            enter(TalkPhase.LISTENING, moment().mode());
        }
    }

    private void enter(TalkPhase phase, TalkMode mode) {
        line.change(state -> {
            // After the server has closed, it is idle until it opens another connection.
            if (state.open && !state.closedByServer) {
                state.phase = phase;
                state.mode = mode;
            }
        });
    }

    /**
     * Sends packets at the speed of their sound, as long as its microphone is on.
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
     * A frame that a device might never send.
     *
     * @param first its first byte: FIN, reserved bits, opcode
     */
    public record Raw(int first, byte[] payload) {}

    /** Sends a frame as it is, to test how a server handles one that no device sends. */
    public void frame(int first, byte[] payload) {
        frames(List.of(new Raw(first, payload)));
    }

    /**
     * Likewise for several frames without a gap: the device's automatic answers, from the receiving
     * thread, come before or after them, because a message must not come between the parts of
     * another.
     */
    public void frames(List<Raw> frames) {
        line.send(out -> out.raw(frames));
    }

    private void text(String members) {
        say("{\"session_id\":\"" + moment().connection().session() + "\"," + members + "}");
    }

    /** Ends the conversation as its kind does: firmware just closes TCP. */
    @Override
    public void close() {
        line.close();
    }

    /** Its Wi-Fi is lost for a moment, which the server learns from a reset. */
    public void lose() {
        line.lose();
    }

    /**
     * Its Wi-Fi is lost permanently: it neither sends nor reads any more, and the server is not
     * notified. The connection itself stays until {@link #close}.
     */
    public void vanish() {
        line.end();
    }
}
