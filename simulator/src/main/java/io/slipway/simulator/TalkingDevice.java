package io.slipway.simulator;

import java.io.EOFException;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * One device in one conversation, step by step: from the moment that it opens its WebSocket until
 * it, or the server, ends it. What it is told it takes in on a thread of its own, as strictly as
 * the strictest firmware: a broken rule goes into the log, and the device is gone, as if it had
 * restarted. A step that comes too late, because the connection has ended, does nothing.
 * Thread-safe.
 */
public final class TalkingDevice implements AutoCloseable {

    private static final Duration HELLO = Duration.ofSeconds(10);

    /** How long a server may take to end TCP after its Close frame; a device waits for ever. */
    private static final int AFTER_CLOSE_MS = 10_000;

    /** However fast its time goes, silence is not sent faster: somebody only measures it. */
    private static final long SILENCE_NANOS = 10_000_000;

    private final DeviceProfile device;
    private final TalkDoor door;
    private final Pace pace;
    private final TalkLog log;
    private final McpTools tools;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final TalkState state;
    private @Nullable TalkSocket socket;
    private volatile boolean leaving;
    private volatile boolean ponged;
    private long openedAt;

    public TalkingDevice(DeviceProfile device, TalkDoor door, Pace pace, TalkLog log) {
        this.device = device;
        this.door = door;
        this.pace = pace;
        this.log = log;
        this.tools = new McpTools(device, this::warn);
        this.state = new TalkState(device, pace, this::warn);
    }

    private boolean desktop() {
        return device.variant() == Variant.PY_XIAOZHI;
    }

    private void warn(String what) {
        log.warning(what, device.mac());
    }

    /**
     * Connects, says hello and waits for the answer to that, each for at most 10 s.
     *
     * @throws IOException when there is no connection, or no hello; the reason is in its message
     */
    public void open() throws IOException, InterruptedException {
        TalkSocket made;
        try {
            made = TalkOpening.open(device, door);
        } catch (RuleBroken e) {
            panic(e);
            throw new IOException("handshake: " + e.getMessage(), e);
        }
        openedAt = System.nanoTime();
        socket = made;
        Thread.ofVirtual().name("talk-" + device.mac()).start(() -> receive(made));
        try {
            made.text(TalkOpening.hello(device, door.version()));
        } catch (IOException e) {
            close();
            throw e;
        }
        if (!await(HELLO, TalkMoment::greeted)) {
            boolean open = moment().open();
            close();
            throw new IOException(open ? "no hello within 10 s" : "cut before hello");
        }
        log.session();
        if (desktop()) {
            send(TalkSocket::ping);
        }
    }

    public TalkMoment moment() {
        lock.lock();
        try {
            return state.moment();
        } finally {
            lock.unlock();
        }
    }

    /** Of its loudspeaker, 0 to 100, which a tool sets. */
    public int volume() {
        return tools.volume();
    }

    /**
     * Waits until something is so.
     *
     * @return false when the limit is reached or the connection ends before
     */
    public boolean await(Duration limit, Predicate<TalkMoment> until) throws InterruptedException {
        long deadline = System.nanoTime() + limit.toNanos();
        lock.lockInterruptibly();
        try {
            while (!until.test(state.moment())) {
                long left = deadline - System.nanoTime();
                if (left <= 0 || !state.open) {
                    return false;
                }
                changed.awaitNanos(left);
            }
            return true;
        } finally {
            lock.unlock();
        }
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
        lock.lock();
        try {
            // Once the server has closed, it is idle until it opens another.
            if (state.open && !state.closedByServer) {
                state.phase = phase;
                state.mode = mode;
                changed.signalAll();
            }
        } finally {
            lock.unlock();
        }
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
        send(out -> out.binary(StrictAudio.frame(door.version(), packet)));
        log.up();
    }

    /** Sends the text as it is. */
    public void say(String text) {
        send(out -> out.text(text));
    }

    private void text(String members) {
        say("{\"session_id\":\"" + moment().session() + "\"," + members + "}");
    }

    private interface Sending {
        void to(TalkSocket out) throws IOException;
    }

    private void send(Sending sending) {
        TalkSocket out = socket;
        TalkMoment now = moment();
        if (out != null && now.open() && !now.closedByServer() && !leaving) {
            try {
                sending.to(out);
            } catch (IOException e) {
                // Whoever receives finds that out too.
            }
        }
    }

    private void receive(TalkSocket in) {
        try {
            while (!leaving && take(in, in.read())) {}
        } catch (RuleBroken e) {
            panic(e);
        } catch (SocketTimeoutException e) {
            warn("§7.6 close: TCP is still open 10 s after the Close frame");
        } catch (IOException e) {
            if (!leaving && !moment().closedByServer()) {
                boolean end = e instanceof EOFException;
                log.trouble(
                        "talk cut: " + (end ? "ended without a Close frame" : e.getMessage()),
                        device.mac());
            }
        } finally {
            if (!leaving) {
                close();
            }
        }
    }

    /** Takes one frame in; false when the device ends the connection. */
    private boolean take(TalkSocket in, TalkFrame frame) throws IOException {
        switch (frame) {
            case TalkFrame.Text(String text) -> take(in, StrictTalk.read(text));
            case TalkFrame.Binary(byte[] bytes) -> {
                StrictAudio.packet(door.version(), bytes, this::warn);
                log.down();
                change(TalkState::take);
            }
            case TalkFrame.Ping(byte[] payload) -> {
                if (device.before("1.9")) {
                    warn("§7.7 ping: firmware before 1.9 may send its pong amid other frames");
                }
                in.pong(payload);
            }
            case TalkFrame.Pong pong -> ponged = true;
            case TalkFrame.Close close -> {
                change(s -> {
                    s.closedByServer = true;
                    s.phase = TalkPhase.IDLE;
                });
                if (desktop()) {
                    in.close(close.code() == 1005 ? 1000 : close.code());
                }
                // Newer firmware leaves that to the server.
                if (desktop() || device.before("1.8")) {
                    return false;
                }
                in.patience(AFTER_CLOSE_MS);
            }
        }
        return true;
    }

    private void take(TalkSocket in, Told told) throws IOException {
        change(s -> s.take(told));
        if (told instanceof Told.Alert) {
            log.refused();
        }
        if (told instanceof Told.Mcp(CJson.Fields payload)) {
            switch (tools.take(payload)) {
                case McpTools.Outcome.Reply(String reply) ->
                        in.text(
                                "{\"session_id\":\""
                                        + moment().session()
                                        + "\",\"type\":\"mcp\",\"payload\":"
                                        + reply
                                        + "}");
                case McpTools.Outcome.Silence silence -> {}
                case McpTools.Outcome.Restart restart -> change(s -> s.take(new Told.Reboot()));
            }
        }
    }

    private interface Change {
        void of(TalkState state);
    }

    private void change(Change change) {
        lock.lock();
        try {
            change.of(state);
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void panic(RuleBroken e) {
        log.broken(e, device.mac());
        change(s -> s.panicked = true);
    }

    /** Ends the conversation as its kind does: firmware just drops TCP. */
    @Override
    public void close() {
        TalkSocket out = socket;
        boolean first = end();
        if (out == null) {
            return;
        }
        try {
            if (desktop() && first && !moment().closedByServer()) {
                if (!ponged && System.nanoTime() - openedAt > HELLO.toNanos()) {
                    warn("§7.7 pong: none within 10 s");
                }
                out.close(1000);
            }
        } catch (IOException e) {
            // It has gone already.
        }
        try {
            out.close();
        } catch (IOException e) {
            // Gone is gone.
        }
    }

    /** Its Wi-Fi is gone for a moment, and the server is told so by a reset. */
    public void lose() {
        end();
        TalkSocket out = socket;
        if (out != null) {
            try {
                out.reset();
            } catch (IOException e) {
                // Gone is gone.
            }
        }
    }

    /**
     * Its Wi-Fi is gone for good: it neither sends nor reads any more, and nobody tells the server.
     * The connection itself stays until {@link #close}.
     */
    public void vanish() {
        end();
    }

    private boolean end() {
        leaving = true;
        lock.lock();
        try {
            boolean open = state.open;
            state.open = false;
            state.phase = TalkPhase.IDLE;
            changed.signalAll();
            return open;
        } finally {
            lock.unlock();
        }
    }
}
