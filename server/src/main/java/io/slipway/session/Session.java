package io.slipway.session;

import io.slipway.http.Socket;
import io.slipway.protocol.FirmwareVersion;
import io.slipway.protocol.socket.AudioParams;
import io.slipway.protocol.socket.DeviceMessage;
import io.slipway.protocol.socket.Mcp;
import io.slipway.protocol.socket.ServerMessage;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * One conversation of one device, from the handshake to the end of its socket. A plain state
 * machine that lives on its socket's event loop; {@link #live} and {@link #due} may be read from
 * any thread.
 *
 * <p>What it does with what it does not like: audio before the hello is dropped, other messages
 * before it too; a second hello is ignored; a malformed message is dropped; an unknown one goes to
 * the backend; a frame or message that is too large ends the session.
 */
final class Session implements Link.Events {

    /** Firmware that knows {@code system} {@code reboot}. */
    private static final FirmwareVersion REBOOTS = FirmwareVersion.parse("1.6.0").orElseThrow();

    /** From here on firmware takes frames of any length; before, below 2 KB. */
    private static final FirmwareVersion LONG_FRAMES = FirmwareVersion.parse("1.8.0").orElseThrow();

    /** A frame of so many bytes fits into the 2,048 of old firmware. */
    private static final int SHORT_FRAME = 2_000;

    /** A device gives up 10 s after its handshake or its hello. */
    private static final long HELLO_MS = 10_000;

    /** After a device's hello, so long for everything that comes before ours. */
    private static final long READY_MS = 8_500;

    /** The longest that telling something takes. */
    private static final long TELL_MS = 60_000;

    /** More than this a minute is no conversation, and its history would only fill the disk. */
    private static final int SAID_MOST = 120;

    private static final long SAID_WINDOW_MS = 60_000;

    private static final int NORMAL = 1000;
    private static final int GOING = 1001;
    private static final int PROTOCOL = 1002;

    private enum State {
        /** Waits for the device's hello, the gate's word, and the backend. */
        OPENING,
        /** A backend has it. */
        TALKING,
        /** Is told something; then it ends. */
        TELLING,
        CLOSED
    }

    /** What people see of a live session. */
    record Live(Admission.Admitted admitted, String backend, boolean mcp) {}

    private final String id;
    private final Socket socket;
    private final Visitor visitor;
    private final Sessions sessions;
    private final long openedAt;
    private final ToolCalls tools = new ToolCalls();
    private State state = State.OPENING;
    private volatile @Nullable Live live;
    private volatile long due;
    private DeviceMessage.@Nullable Hello hello;
    private @Nullable Admission admission;
    private @Nullable Link link;
    private @Nullable Telling telling;
    private boolean greeted;
    private AudioParams speech = AudioParams.DOWNLINK;
    private String listenMode = "";
    private long readyTimer = -1;
    private long lastSent;
    private long fullSince;
    private long takenThen;
    private long saidSince;
    private int saidLines;
    private long tellingSince;

    Session(String id, Socket socket, Visitor visitor, Sessions sessions) {
        this.id = id;
        this.socket = socket;
        this.visitor = visitor;
        this.sessions = sessions;
        this.openedAt = sessions.now();
        this.lastSent = openedAt;
        this.due = openedAt + HELLO_MS;
    }

    String id() {
        return id;
    }

    Visitor visitor() {
        return visitor;
    }

    /** Epoch ms. */
    long openedAt() {
        return openedAt;
    }

    /** What it is while a backend has it, else null. */
    @Nullable Live live() {
        return live;
    }

    /** When {@link #check} has something to look at, epoch ms. */
    long due() {
        return due;
    }

    void start() {
        // Until its firmware is known it may be an old one.
        socket.fragment(SHORT_FRAME);
        socket.handlers(this::heard, this::heardAudio, this::gone);
        socket.onDrained(this::deviceDrained);
    }

    /** Runs something on this session's event loop. */
    void execute(Runnable work) {
        socket.execute(work);
    }

    /** The gate has decided. */
    void admitted(Admission decided) {
        if (state != State.OPENING) {
            return;
        }
        admission = decided;
        boolean old =
                FirmwareVersion.parse(decided.version())
                        .filter(v -> v.compareTo(LONG_FRAMES) >= 0)
                        .isEmpty();
        if (!old) {
            socket.fragment(Integer.MAX_VALUE);
        }
        proceed();
    }

    private void heard(String text) {
        if (state == State.CLOSED) {
            return;
        }
        switch (DeviceMessage.read(text)) {
            case DeviceMessage.Hello greeting -> {
                if (hello == null) {
                    hello = greeting;
                    readyTimer = socket.after(READY_MS, this::late);
                    proceed();
                }
            }
            case DeviceMessage.Goodbye bye -> end(NORMAL, "goodbye");
            case DeviceMessage.Mcp mcp when ToolCalls.ours(mcp.id()) -> {
                if (mcp.method() == null && mcp.id() != null) {
                    tools.replied(mcp.id(), mcp.payload());
                }
            }
            case DeviceMessage.Malformed bad -> sessions.malformed(bad.why());
            case DeviceMessage.Abort abort when telling != null -> telling.abort();
            case DeviceMessage.Listen listen -> {
                if (!listen.mode().isEmpty()) {
                    listenMode = listen.mode();
                }
                pass(listen, text);
            }
            case DeviceMessage.Mcp mcp -> pass(mcp, text);
            case DeviceMessage.Abort abort -> pass(abort, text);
            case DeviceMessage.Iot iot -> pass(iot, text);
            case DeviceMessage.Unknown unknown -> pass(unknown, text);
        }
    }

    private void pass(DeviceMessage message, String text) {
        Link backend = link;
        if (state == State.TALKING && backend != null) {
            backend.text(message, text);
            waitFor(backend);
        }
    }

    private void heardAudio(byte[] frame) {
        Link backend = link;
        if (state == State.TALKING && backend != null) {
            backend.audio(frame);
            waitFor(backend);
        }
    }

    private void waitFor(Link backend) {
        if (backend.full()) {
            socket.pause();
        }
    }

    // Once both the hello and the gate's word are there.
    private void proceed() {
        DeviceMessage.Hello greeting = hello;
        Admission decided = admission;
        if (greeting == null || decided == null) {
            return;
        }
        switch (decided) {
            case Admission.Admitted in -> {
                Link made = sessions.link(in, visitor, this, socket, id);
                link = made;
                made.open(greeting);
            }
            case Admission.Refused out -> tell(out.notice(), out.code());
        }
    }

    // The device gives up soon: better a word of regret than silence.
    private void late() {
        if (state == State.OPENING) {
            tell(admission == null ? Notice.TRY_LATER : Notice.BACKEND_UNREACHABLE, "");
        }
    }

    @Override
    public void ready(AudioParams backendSpeech) {
        if (state != State.OPENING || !(admission instanceof Admission.Admitted in)) {
            return;
        }
        speech = backendSpeech;
        state = State.TALKING;
        DeviceMessage.Hello greeting = hello;
        live = new Live(in, Sessions.kind(in), greeting != null && greeting.mcp());
        due = sessions.now() + sessions.config().idle().toMillis();
        // Whoever has heard our hello may look for its session.
        sessions.talking(this);
        greet();
    }

    private void greet() {
        if (!greeted) {
            greeted = true;
            socket.cancel(readyTimer);
            send(new ServerMessage.Hello(id, speech));
        }
    }

    @Override
    public void failed(String why) {
        sessions.unreachable(why);
        tell(Notice.BACKEND_UNREACHABLE, "");
    }

    @Override
    public void lost(String why) {
        sessions.unreachable(why);
        tell(Notice.BACKEND_LOST, "");
    }

    @Override
    public void done() {
        end(NORMAL, "");
    }

    @Override
    public void text(String text) {
        if (state == State.TALKING) {
            lastSent = sessions.now();
            socket.text(text);
            holdIfFull();
        }
    }

    @Override
    public void audio(byte[] frame) {
        if (state == State.TALKING) {
            lastSent = sessions.now();
            socket.binary(frame);
            holdIfFull();
        }
    }

    private void holdIfFull() {
        if (fullSince == 0 && socket.full()) {
            fullSince = sessions.now();
            takenThen = socket.taken();
            due = Math.min(due, fullSince + sessions.config().write().toMillis());
            Link backend = link;
            if (backend != null) {
                backend.hold();
            }
        }
    }

    private void deviceDrained() {
        fullSince = 0;
        Link backend = link;
        if (state == State.TALKING && backend != null) {
            backend.release();
        }
    }

    @Override
    public void drained() {
        socket.resume();
    }

    @Override
    public void said(boolean byDevice, String text) {
        Live current = live;
        long now = sessions.now();
        if (now - saidSince >= SAID_WINDOW_MS) {
            saidSince = now;
            saidLines = 0;
        }
        if (current != null && !text.isEmpty() && saidLines++ < SAID_MOST) {
            sessions.said(this, current.admitted(), byDevice, text, listenMode);
        }
    }

    /** Says something in the device's language and ends the session. */
    void tell(Notice notice, String code) {
        Admission decided = admission;
        if (state == State.TELLING || state == State.CLOSED || hello == null) {
            if (hello == null) {
                end(GOING, "");
            }
            return;
        }
        boolean interrupted = state == State.TALKING;
        leaveBackend();
        state = State.TELLING;
        greet();
        String language = decided == null ? "" : decided.language();
        var spoken =
                sessions.voice()
                        .of(notice, language.isBlank() ? visitor.language() : language, code);
        boolean reboot = sessions.config().rebootRefused() && notice.reboots() && reboots(decided);
        if (interrupted) {
            // Whatever was being said ends here; the device drops what it has not played.
            send(new ServerMessage.Tts(id, ServerMessage.Tts.State.STOP, null));
        }
        boolean sound = speech.frameDuration() == Telling.FRAME_MS;
        var told =
                new Telling(
                        socket,
                        id,
                        spoken,
                        visitor.layout(),
                        sound,
                        reboot,
                        () -> end(NORMAL, notice.name()));
        telling = told;
        tellingSince = sessions.now();
        due = tellingSince + TELL_MS;
        told.start();
    }

    // Firmware that does not know the word ignores it, so an unknown version may be sent it.
    private static boolean reboots(@Nullable Admission decided) {
        return decided != null
                && FirmwareVersion.parse(decided.version())
                        .filter(v -> v.compareTo(REBOOTS) < 0)
                        .isEmpty();
    }

    /** Restarts the device, which then checks in again. */
    void reboot() {
        if (state == State.TALKING) {
            send(new ServerMessage.Reboot(id));
            socket.after(500, () -> end(NORMAL, "reboot"));
        }
    }

    /** The binding or the agent has changed; told to a device that asked for it. */
    void configChanged() {
        DeviceMessage.Hello greeting = hello;
        if (state == State.TALKING && greeting != null && greeting.configUpdated()) {
            send(new ServerMessage.ConfigUpdated(id));
        }
    }

    /** Asks the device's MCP server; from any thread. */
    CompletableFuture<Mcp.Reply> call(String method, String params, Duration limit) {
        var reply = new CompletableFuture<Mcp.Reply>();
        execute(() -> {
            if (state != State.TALKING) {
                reply.completeExceptionally(new IllegalStateException("the session has ended"));
                return;
            }
            long callId = tools.ask(reply);
            if (!reply.isDone()) {
                socket.after(limit.toMillis(), () -> tools.expire(callId));
                send(new ServerMessage.Mcp(id, Mcp.request(callId, method, params)));
            }
        });
        return reply;
    }

    /** A newer socket of the same pair is there. */
    void replaced() {
        end(NORMAL, "replaced");
    }

    /** Looks whether it has been silent, full or alive for too long. */
    void check() {
        long now = sessions.now();
        switch (state) {
            case OPENING -> {
                if (hello == null && now - openedAt >= HELLO_MS) {
                    end(PROTOCOL, "no hello");
                }
                due = now + HELLO_MS;
            }
            case TALKING -> checkTalking(now);
            case TELLING -> {
                if (now - tellingSince >= TELL_MS) {
                    socket.destroy();
                }
                due = tellingSince + TELL_MS;
            }
            case CLOSED -> due = Long.MAX_VALUE;
        }
    }

    private void checkTalking(long now) {
        SessionConfig config = sessions.config();
        long idleAt = lastSent + config.idle().toMillis();
        long lastAt = openedAt + config.longest().toMillis();
        if (takesNothing(now)) {
            socket.destroy();
        } else if (now >= idleAt) {
            end(NORMAL, "idle");
        } else if (now >= lastAt) {
            end(NORMAL, "too long");
        }
        due = Math.min(idleAt, lastAt);
        if (fullSince != 0) {
            due = Math.min(due, fullSince + config.write().toMillis());
        }
    }

    // Full all the time, and not one byte less: a slow reader is not a dead one.
    private boolean takesNothing(long now) {
        if (fullSince == 0 || now - fullSince < sessions.config().write().toMillis()) {
            return false;
        }
        long before = takenThen;
        takenThen = socket.taken();
        fullSince = now;
        return takenThen <= before;
    }

    private void send(ServerMessage message) {
        lastSent = sessions.now();
        socket.text(message.json());
    }

    /** Ends the session without a word. */
    void end(int code, String reason) {
        if (state != State.CLOSED) {
            leave();
            socket.close(code, reason);
        }
    }

    private void gone() {
        if (state != State.CLOSED) {
            leave();
        }
    }

    private void leave() {
        leaveBackend();
        state = State.CLOSED;
        Telling told = telling;
        if (told != null) {
            told.cancel();
        }
        socket.cancel(readyTimer);
        sessions.ended(this);
    }

    private void leaveBackend() {
        Link backend = link;
        link = null;
        if (backend != null) {
            backend.close();
        }
        tools.close();
        if (live != null) {
            live = null;
            sessions.silent(this);
        }
        socket.resume();
    }
}
