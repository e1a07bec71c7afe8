package io.slipway.simulator.talk;

import io.slipway.simulator.board.DeviceProfile;
import io.slipway.simulator.board.Pace;
import io.slipway.simulator.board.Variant;
import io.slipway.simulator.strict.CJson;
import io.slipway.simulator.strict.RuleBroken;
import io.slipway.simulator.strict.StrictAudio;
import io.slipway.simulator.strict.StrictTalk;
import io.slipway.simulator.strict.TalkFrame;
import io.slipway.simulator.strict.UnderstoodMessage;
import java.io.EOFException;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * One connection of a device to its voice server: a receiving thread processes incoming messages,
 * as strictly as the strictest firmware, and sends the device's automatic answers. Thread-safe.
 */
final class TalkLine {

    /** How long a server may take to close TCP after its Close frame; a device waits forever. */
    private static final int AFTER_CLOSE_MS = 10_000;

    /** How long a desktop client waits for the answer to its ping. */
    private static final long PONG_NANOS = 10_000_000_000L;

    private final DeviceProfile device;
    private final TalkDoor door;
    private final TalkLog log;
    private final Consumer<TalkHeard> ear;
    private final McpTools tools;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final TalkState state;
    private volatile @Nullable TalkSocket socket;
    private volatile boolean leaving;
    private volatile boolean ponged;
    private long openedAt;

    /** Something to be sent. */
    interface Sending {
        void to(TalkSocket out) throws IOException;
    }

    /** A change of the device's state. */
    interface Change {
        void of(TalkState state);
    }

    /**
     * @param ear is called with everything before the device processes it, on the receiving thread
     */
    TalkLine(DeviceProfile device, TalkDoor door, Pace pace, TalkLog log, Consumer<TalkHeard> ear) {
        this.device = device;
        this.door = door;
        this.log = log;
        this.ear = ear;
        this.tools = new McpTools(device, this::warn);
        this.state = new TalkState(device, pace, this::warn);
    }

    private boolean desktop() {
        return device.variant() == Variant.PY_XIAOZHI;
    }

    private void warn(String what) {
        log.warning(what, device.mac());
    }

    int volume() {
        return tools.volume();
    }

    void battery(int level, boolean charging) {
        tools.battery(level, charging);
    }

    /** Connects, and starts to process incoming messages. */
    void connect() throws IOException {
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
    }

    TalkMoment moment() {
        lock.lock();
        try {
            return state.moment();
        } finally {
            lock.unlock();
        }
    }

    /** See {@link TalkingDevice#await}. */
    boolean await(Duration limit, Predicate<TalkMoment> until) throws InterruptedException {
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

    void change(Change change) {
        lock.lock();
        try {
            change.of(state);
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Sends, unless the connection has ended; the receiving thread notices whether it has. */
    void send(Sending sending) {
        TalkSocket out = socket;
        TalkMoment now = moment();
        if (out != null
                && now.connection().open()
                && !now.connection().closedByServer()
                && !leaving) {
            try {
                sending.to(out);
            } catch (IOException e) {
                // The receiving thread notices that too.
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
            if (!leaving && !moment().connection().closedByServer()) {
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

    /** Processes one frame; false if the device ends the connection. */
    private boolean take(TalkSocket in, TalkFrame frame) throws IOException {
        switch (frame) {
            case TalkFrame.TextFrame(String text) -> {
                UnderstoodMessage told = StrictTalk.read(text);
                ear.accept(new TalkHeard.Text(text));
                take(in, told);
            }
            case TalkFrame.Binary(byte[] bytes) -> {
                byte[] packet = StrictAudio.packet(door.version(), bytes, this::warn);
                ear.accept(new TalkHeard.Audio(packet));
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

    private void take(TalkSocket in, UnderstoodMessage told) throws IOException {
        change(s -> s.take(told));
        if (told instanceof UnderstoodMessage.Alert) {
            log.refused();
        }
        if (told instanceof UnderstoodMessage.Mcp(CJson.Fields payload)) {
            switch (tools.take(payload)) {
                case McpTools.Outcome.Reply(String reply) ->
                        in.text(
                                "{\"session_id\":\""
                                        + moment().connection().session()
                                        + "\",\"type\":\"mcp\",\"payload\":"
                                        + reply
                                        + "}");
                case McpTools.Outcome.Silence silence -> {}
                case McpTools.Outcome.Restart restart ->
                        change(s -> s.take(new UnderstoodMessage.Reboot()));
            }
        }
    }

    private void panic(RuleBroken e) {
        log.broken(e, device.mac());
        change(s -> s.panicked = true);
    }

    /** See {@link TalkingDevice#close}. */
    void close() {
        TalkSocket out = socket;
        boolean first = end();
        if (out == null) {
            return;
        }
        try {
            if (desktop() && first && !moment().connection().closedByServer()) {
                if (!ponged && System.nanoTime() - openedAt > PONG_NANOS) {
                    warn("§7.7 pong: none within 10 s");
                }
                out.close(1000);
            }
        } catch (IOException e) {
            // It has already ended.
        }
        try {
            out.close();
        } catch (IOException e) {
            // Already closed.
        }
    }

    /** See {@link TalkingDevice#lose}. */
    void lose() {
        end();
        TalkSocket out = socket;
        if (out != null) {
            try {
                out.reset();
            } catch (IOException e) {
                // Already closed.
            }
        }
    }

    /** Stops sending and reading; returns whether it was open until now. */
    boolean end() {
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
