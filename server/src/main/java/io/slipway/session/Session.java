package io.slipway.session;

import io.slipway.http.socket.Socket;
import io.slipway.protocol.socket.AudioParams;
import io.slipway.protocol.socket.DeviceMessage;
import io.slipway.protocol.socket.Mcp;
import io.slipway.protocol.socket.ServerMessage;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * One conversation of one device, from the handshake to the end of its socket. A plain state
 * machine that lives on its socket's event loop; {@link #live} may be read from any thread.
 *
 * <p>What it does with what it does not like: audio before the hello is dropped, other messages
 * before it too; a second hello is ignored; a malformed message is dropped; an unknown one goes to
 * the backend; a frame or message that is too large ends the session.
 */
final class Session implements Link.Events {

    /** After a device's hello, so long for everything that comes before ours. */
    private static final long READY_MS = 8_500;

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

    private final String id;
    private final Socket socket;
    private final Visitor visitor;
    private final Sessions sessions;
    private final Pulse pulse;
    private final Transcript transcript;
    private final ToolCalls tools;
    private State state = State.OPENING;
    private volatile Admission.@Nullable Admitted live;
    private DeviceMessage.@Nullable Hello hello;
    private @Nullable Admission admission;
    private @Nullable Link link;
    private @Nullable Telling telling;
    private @Nullable BatteryQuestion battery;
    private boolean greeted;
    private AudioParams speech = AudioParams.DOWNLINK;
    private long readyTimer = -1;

    Session(String id, Socket socket, Visitor visitor, Sessions sessions) {
        this.id = id;
        this.socket = socket;
        this.visitor = visitor;
        this.sessions = sessions;
        this.tools = new ToolCalls(socket, p -> send(new ServerMessage.Mcp(id, p)));
        this.pulse = new Pulse(sessions.config(), sessions.now(), socket::taken);
        this.transcript = sessions.transcript(id, visitor);
    }

    String id() {
        return id;
    }

    Visitor visitor() {
        return visitor;
    }

    Pulse pulse() {
        return pulse;
    }

    /** What it is while a backend has it, else null. */
    Admission.@Nullable Admitted live() {
        return live;
    }

    void start() {
        // Until its firmware is known it may be an old one.
        socket.fragment(Admission.SHORT_FRAME);
        socket.handlers(this::heard, this::heardAudio, this::gone);
        socket.onDrained(this::deviceDrained);
    }

    void execute(Runnable work) {
        socket.execute(work);
    }

    /** The gate has decided. */
    void admitted(Admission decided) {
        if (state != State.OPENING) {
            return;
        }
        admission = decided;
        if (decided.takesLongFrames()) {
            socket.fragment(Integer.MAX_VALUE);
        }
        proceed();
    }

    private void heard(String text) {
        if (state == State.CLOSED) {
            return;
        }
        DeviceMessage message = DeviceMessage.read(text);
        switch (message) {
            case DeviceMessage.Hello greeting -> {
                if (hello == null) {
                    hello = greeting;
                    readyTimer = socket.after(READY_MS, this::late);
                    proceed();
                }
            }
            case DeviceMessage.Goodbye _ -> end(NORMAL, "goodbye");
            case DeviceMessage.Mcp mcp when ToolCalls.ours(mcp.id()) -> {
                if (mcp.method() == null && mcp.id() != null) {
                    tools.replied(mcp.id(), mcp.payload());
                }
            }
            case DeviceMessage.Malformed _ -> {}
            case DeviceMessage.Abort _ when telling != null -> telling.abort();
            case DeviceMessage.Listen listen -> {
                transcript.listens(listen.mode());
                pass(message, text);
            }
            case DeviceMessage.Mcp mcp -> {
                pass(message, text);
                BatteryQuestion question = battery;
                if (question != null) {
                    question.heard(mcp);
                }
            }
            case DeviceMessage.Abort _, DeviceMessage.Iot _, DeviceMessage.Unknown _ ->
                    pass(message, text);
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
        live = in;
        pulse.talking(sessions.now());
        tools.open();
        battery = sessions.question(in, tools);
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
            pulse.sent(sessions.now());
            socket.text(text);
            holdIfFull();
        }
    }

    @Override
    public void audio(byte[] frame) {
        if (state == State.TALKING) {
            pulse.sent(sessions.now());
            socket.binary(frame);
            holdIfFull();
        }
    }

    private void holdIfFull() {
        if (socket.full() && pulse.filled(sessions.now())) {
            Link backend = link;
            if (backend != null) {
                backend.hold();
            }
        }
    }

    private void deviceDrained() {
        pulse.drained();
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
        Admission.Admitted current = live;
        if (current != null) {
            transcript.said(current, byDevice, text);
        }
    }

    /** Says something in the device's language and ends the session. */
    void tell(Notice notice, String code) {
        if (hello == null) {
            // It has not even greeted: there is nobody to tell yet.
            end(GOING, "");
        }
        if (state == State.TELLING || state == State.CLOSED) {
            return;
        }
        Admission decided = admission == null ? Admission.unknown() : admission;
        boolean interrupted = state == State.TALKING;
        leaveBackend();
        state = State.TELLING;
        greet();
        String last = decided.language();
        String language = last.isBlank() ? visitor.language() : last;
        boolean reboot = sessions.config().rebootRefused() && notice.reboots() && decided.reboots();
        if (interrupted) {
            // Whatever was being said ends here; the device drops what it has not played.
            send(new ServerMessage.Tts(id, ServerMessage.Tts.State.STOP, null));
        }
        var told =
                new Telling(
                        socket,
                        id,
                        sessions.voice().of(notice, language, code),
                        visitor.layout(),
                        speech.frameDuration() == Telling.FRAME_MS,
                        reboot,
                        () -> end(NORMAL, notice.name()));
        telling = told;
        pulse.telling(sessions.now());
        told.start();
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
        execute(() -> tools.call(reply, method, params, limit));
        return reply;
    }

    /** Looks whether it has been silent, full or alive for too long. */
    void check() {
        long now = sessions.now();
        switch (state) {
            case OPENING -> {
                if (!pulse.patient(now) && hello == null) {
                    end(PROTOCOL, "no hello");
                }
            }
            case TALKING -> {
                switch (pulse.look(now)) {
                    case FINE -> {}
                    case IDLE -> end(NORMAL, "idle");
                    case LONG -> end(NORMAL, "too long");
                    case DEAD -> socket.destroy();
                }
            }
            // It should be over by now.
            case TELLING -> socket.destroy();
            case CLOSED -> pulse.over();
        }
    }

    private void send(ServerMessage message) {
        pulse.sent(sessions.now());
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
        battery = null;
        if (live != null) {
            live = null;
            sessions.silent(this);
        }
        socket.resume();
    }
}
