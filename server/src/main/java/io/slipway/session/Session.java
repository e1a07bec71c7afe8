package io.slipway.session;

import io.slipway.history.ChatLog.Speaker;
import io.slipway.http.socket.Socket;
import io.slipway.protocol.socket.AudioParams;
import io.slipway.protocol.socket.DeviceMessage;
import io.slipway.protocol.socket.McpMessages;
import io.slipway.protocol.socket.ServerMessage;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * One conversation of one device, from the handshake to the end of its socket. A plain state
 * machine that lives on its socket's event loop; {@link #active} may be read from any thread.
 *
 * <p>Invalid input: audio and other messages before the hello are dropped; a second hello is
 * ignored; a malformed message is dropped; an unknown one goes to the backend; an oversized frame
 * or message ends the session.
 */
final class Session implements Link.LinkListener {

    /**
     * After a device's hello, the time limit for everything that must precede the server's hello.
     */
    private static final long READY_MS = 8_500;

    /** Between a restart message and closing the socket, so that the message arrives first. */
    private static final long REBOOT_MS = 500;

    private static final int NORMAL = 1000;
    private static final int GOING = 1001;
    private static final int PROTOCOL = 1002;

    private enum SessionPhase {
        /** Waiting for the device's hello, its admission, and the backend. */
        OPENING,
        /** Connected to a backend. */
        TALKING,
        /** Delivering a notice, after which it ends. */
        TELLING,
        CLOSED
    }

    private final String id;
    private final Socket socket;
    private final ConnectedDevice connectedDevice;
    private final Sessions sessions;
    private final SessionLiveness liveness;
    private final Transcript transcript;
    private final ToolCalls tools;
    private SessionPhase state = SessionPhase.OPENING;
    private volatile Admission.@Nullable Admitted active;
    private DeviceMessage.@Nullable Hello hello;
    private @Nullable Admission admission;
    private @Nullable Link link;
    private @Nullable NoticeDelivery delivery;
    private @Nullable BatteryQuestion battery;
    private boolean greeted;
    private AudioParams speech = AudioParams.DOWNLINK;
    private long readyTimer = -1;

    Session(String id, Socket socket, ConnectedDevice connectedDevice, Sessions sessions) {
        this.id = id;
        this.socket = socket;
        this.connectedDevice = connectedDevice;
        this.sessions = sessions;
        this.tools = new ToolCalls(socket, p -> send(new ServerMessage.Mcp(id, p)));
        this.liveness = new SessionLiveness(sessions.config(), sessions.now(), socket::taken);
        this.transcript = sessions.transcript(id, connectedDevice);
    }

    String id() {
        return id;
    }

    ConnectedDevice connectedDevice() {
        return connectedDevice;
    }

    SessionLiveness liveness() {
        return liveness;
    }

    /** The admission while connected to a backend, otherwise null. */
    Admission.@Nullable Admitted active() {
        return active;
    }

    void start() {
        // Until the firmware is known it may be an old one.
        socket.fragment(Admission.SHORT_FRAME);
        socket.handlers(this::received, this::receivedAudio, this::gone);
        socket.onDrained(this::deviceDrained);
    }

    void execute(Runnable work) {
        socket.execute(work);
    }

    /** The admission is decided. */
    void admitted(Admission decided) {
        if (state != SessionPhase.OPENING) {
            return;
        }
        admission = decided;
        if (decided.takesLongFrames()) {
            socket.fragment(Integer.MAX_VALUE);
        }
        proceed();
    }

    private void received(String text) {
        if (state == SessionPhase.CLOSED) {
            return;
        }
        DeviceMessage message = DeviceMessage.read(text);
        switch (message) {
            case DeviceMessage.Hello greeting -> {
                if (hello == null) {
                    hello = greeting;
                    if (greeting.audio().pcm()) {
                        speech = greeting.audio();
                    }
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
            case DeviceMessage.Abort _ when delivery != null -> delivery.abort();
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
            case DeviceMessage.Abort _,
                    DeviceMessage.Typed _,
                    DeviceMessage.Iot _,
                    DeviceMessage.Unknown _ ->
                    pass(message, text);
        }
    }

    private void pass(DeviceMessage message, String text) {
        Link backend = link;
        if (state == SessionPhase.TALKING && backend != null) {
            backend.text(message, text);
            waitFor(backend);
        }
    }

    private void receivedAudio(byte[] frame) {
        Link backend = link;
        if (state == SessionPhase.TALKING && backend != null) {
            backend.audio(frame);
            waitFor(backend);
        }
    }

    private void waitFor(Link backend) {
        if (backend.full()) {
            socket.pause();
        }
    }

    // Continues once both the hello and the admission are there.
    private void proceed() {
        DeviceMessage.Hello greeting = hello;
        Admission decided = admission;
        if (greeting == null || decided == null) {
            return;
        }
        switch (decided) {
            case Admission.Admitted in -> {
                Link made = sessions.link(in, connectedDevice, this, socket, id);
                link = made;
                made.open(greeting);
            }
            case Admission.Denied out -> tell(out.notice(), out.code());
        }
    }

    // The device gives up soon: a notice is better than silence.
    private void late() {
        if (state == SessionPhase.OPENING) {
            tell(admission == null ? Notice.TRY_LATER : Notice.BACKEND_UNREACHABLE, "");
        }
    }

    @Override
    public void ready(AudioParams backendSpeech) {
        if (state != SessionPhase.OPENING || !(admission instanceof Admission.Admitted in)) {
            return;
        }
        speech = backendSpeech;
        state = SessionPhase.TALKING;
        active = in;
        liveness.talking(sessions.now());
        tools.open();
        battery = sessions.question(in, tools);
        // Once the device has the hello, its session must be found.
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
    public void failed() {
        tell(Notice.BACKEND_UNREACHABLE, "");
    }

    @Override
    public void unsuitable(String detail) {
        tell(Notice.BACKEND_UNSUITABLE, "", detail);
    }

    @Override
    public void lost() {
        tell(Notice.BACKEND_LOST, "");
    }

    @Override
    public void done() {
        end(NORMAL, "");
    }

    @Override
    public void text(String text) {
        if (state == SessionPhase.TALKING) {
            liveness.sent(sessions.now());
            socket.text(text);
            holdIfFull();
        }
    }

    @Override
    public void audio(byte[] frame) {
        if (state == SessionPhase.TALKING) {
            liveness.sent(sessions.now());
            socket.binary(frame);
            holdIfFull();
        }
    }

    private void holdIfFull() {
        if (socket.full() && liveness.filled(sessions.now())) {
            Link backend = link;
            if (backend != null) {
                backend.hold();
            }
        }
    }

    private void deviceDrained() {
        liveness.drained();
        Link backend = link;
        if (state == SessionPhase.TALKING && backend != null) {
            backend.release();
        }
    }

    @Override
    public void drained() {
        socket.resume();
    }

    @Override
    public void transcribed(Speaker speaker, String text) {
        Admission.Admitted current = active;
        if (current != null) {
            transcript.add(current, speaker, text);
        }
    }

    /** Delivers a notice in the device's language and ends the session. */
    void tell(Notice notice, String code) {
        tell(notice, code, "");
    }

    // The detail is shown only.
    private void tell(Notice notice, String code, String detail) {
        if (hello == null) {
            // The device hasn't said hello yet, so it can't be told.
            end(GOING, "");
        }
        if (state == SessionPhase.TELLING || state == SessionPhase.CLOSED) {
            return;
        }
        Admission decided = admission == null ? Admission.unknown() : admission;
        boolean interrupted = state == SessionPhase.TALKING;
        leaveBackend();
        state = SessionPhase.TELLING;
        greet();
        String last = decided.language();
        String language = last.isBlank() ? connectedDevice.language() : last;
        boolean reboot = sessions.config().rebootRefused() && notice.reboots() && decided.reboots();
        if (interrupted) {
            // Stops current speech; the device drops the unplayed audio.
            send(new ServerMessage.Tts(id, ServerMessage.Tts.TtsState.STOP, null));
        }
        SpokenNotices notices = sessions.notices();
        var noticeDelivery =
                new NoticeDelivery(
                        socket,
                        id,
                        notices.of(notice, notices.language(language), code, detail),
                        connectedDevice.layout(),
                        speech,
                        () -> told(notice, reboot));
        delivery = noticeDelivery;
        liveness.telling(sessions.now());
        noticeDelivery.start();
    }

    // A device that was bound while it heard its code has no need to check in again.
    private void told(Notice notice, boolean reboot) {
        if (!reboot) {
            end(NORMAL, notice.name());
        } else if (notice == Notice.UNBOUND) {
            sessions.whenUnbound(this, () -> restart(notice.name()), () -> end(NORMAL, "bound"));
        } else {
            restart(notice.name());
        }
    }

    private void restart(String reason) {
        if (state != SessionPhase.CLOSED) {
            send(new ServerMessage.Reboot(id));
            socket.after(REBOOT_MS, () -> end(NORMAL, reason));
        }
    }

    /** Restarts the device, which then checks in again. */
    void reboot() {
        if (state == SessionPhase.TALKING) {
            restart("reboot");
        }
    }

    /** The binding or the agent has changed; sent to a device that subscribed to it. */
    void configChanged() {
        DeviceMessage.Hello greeting = hello;
        if (state == SessionPhase.TALKING && greeting != null && greeting.configUpdated()) {
            send(new ServerMessage.ConfigUpdated(id));
        }
    }

    /** Sends a request to the device's MCP server; from any thread. */
    CompletableFuture<McpMessages.McpReply> call(String method, String params, Duration limit) {
        var reply = new CompletableFuture<McpMessages.McpReply>();
        execute(() -> tools.call(reply, method, params, limit));
        return reply;
    }

    /** Checks whether it has been silent, full or alive for too long. */
    void check() {
        long now = sessions.now();
        switch (state) {
            case OPENING -> {
                if (!liveness.awaitsHello(now) && hello == null) {
                    end(PROTOCOL, "no hello");
                }
            }
            case TALKING -> {
                switch (liveness.look(now)) {
                    case FINE -> {}
                    case IDLE -> end(NORMAL, "idle");
                    case LONG -> end(NORMAL, "too long");
                    case DEAD -> socket.destroy();
                }
            }
            // It should have ended by now.
            case TELLING -> socket.destroy();
            case CLOSED -> liveness.over();
        }
    }

    private void send(ServerMessage message) {
        liveness.sent(sessions.now());
        socket.text(message.json());
    }

    /** Makes room for others: ends at once, unless it has begun meanwhile. */
    void drop() {
        if (active == null && state != SessionPhase.CLOSED) {
            leave();
            socket.destroy();
        }
    }

    /** Ends the session without a notice. */
    void end(int code, String reason) {
        if (state != SessionPhase.CLOSED) {
            leave();
            socket.close(code, reason);
        }
    }

    private void gone() {
        if (state != SessionPhase.CLOSED) {
            leave();
        }
    }

    private void leave() {
        leaveBackend();
        state = SessionPhase.CLOSED;
        NoticeDelivery noticeDelivery = delivery;
        if (noticeDelivery != null) {
            noticeDelivery.cancel();
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
        if (active != null) {
            active = null;
            sessions.silent(this);
        }
        socket.resume();
    }
}
