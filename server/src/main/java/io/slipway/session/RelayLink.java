package io.slipway.session;

import io.slipway.agent.Agent;
import io.slipway.agent.Backend;
import io.slipway.agent.BackendAddresses;
import io.slipway.agent.BackendUrl;
import io.slipway.history.ChatLog.Speaker;
import io.slipway.http.socket.Socket;
import io.slipway.http.socket.SocketClient;
import io.slipway.protocol.socket.AudioLayout;
import io.slipway.protocol.socket.DeviceMessage;
import io.slipway.protocol.socket.McpMessages;
import io.slipway.protocol.socket.ServerMessage;
import io.slipway.protocol.socket.ServerMessage.BackendMessage;
import io.slipway.protocol.socket.SessionIds;
import io.slipway.session.Downlink.TextKind;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Relays a session to another server that speaks this same protocol. Frames of speech pass
 * unchanged where both sides use the same layout; texts from the backend are checked, because some
 * of them would crash some firmware, and none may call tools that are not meant for a language
 * model.
 */
final class RelayLink implements Link {

    /** For the name, the connection and the handshake together. */
    private static final Duration CONNECT = Duration.ofSeconds(5);

    private static final int NORMAL = 1000;

    /**
     * A backend that keeps a device waiting for longer has failed, no matter which side gives up
     * first.
     */
    private static final long SILENT_NANOS = CONNECT.toNanos();

    /** No frame with one Opus packet is longer, whatever its layout. */
    private static final int MOST_AUDIO = AudioLayout.MAX_PACKET + 64;

    /** How many texts may wait for a backend's hello. */
    private static final int MOST_EARLY = 64;

    /**
     * Tools that only people may call (device-contract 9.6): firmware does not check the caller,
     * and a language model can be talked into anything.
     */
    private static final Set<String> PEOPLE_ONLY =
            Set.of(
                    "self.upgrade_firmware",
                    "self.assets.set_download_url",
                    "self.get_system_info",
                    "self.screen.get_info",
                    "self.screen.snapshot",
                    "self.screen.preview_image");

    /** As far as the agent's owner allows it. */
    private static final String REBOOT = "self.reboot";

    /**
     * A backend that is slowed down is read a little at least this often: common ones give up 20 s
     * after a ping that was not answered.
     */
    private static final long GLANCE_MS = 5_000;

    /** JSON-RPC's "method not found" and "invalid request". */
    private static final int NOT_FOUND = -32601;

    private static final int INVALID = -32600;

    private static final Logger LOG = LoggerFactory.getLogger(RelayLink.class);

    private final Wiring wiring;
    private final LinkListener listener;
    private final AudioLayout deviceLayout;
    private final AudioLayout backendLayout;
    private final ArrayDeque<String> early = new ArrayDeque<>();
    private long earlyLength;
    private @Nullable CompletableFuture<InetAddress> lookup;
    private @Nullable Socket backend;
    private @Nullable Downlink downlink;
    private String backendSession = "";

    /** Why the last message that devices can't take was left out. */
    private String leftOut = "";

    private boolean refusedRestart;
    private boolean deviceTakesPcm;
    private boolean closed;
    private long fullTimer = -1;
    private long connectStartedAt;

    /**
     * What a relay needs.
     *
     * @param device the device's socket, whose event loop the backend's socket shares
     * @param headers names and values in addition to those of the protocol
     */
    record Wiring(
            Socket device,
            String sessionId,
            Agent agent,
            Backend.Relay relay,
            AudioLayout layout,
            Map<String, String> headers,
            Connector connector,
            SessionConfig config) {}

    /** What connects to backends; shared by all relays. */
    record Connector(
            SocketClient client,
            BackendAddresses addresses,
            BackendFailures failures,
            SpeechMemory waiting) {}

    RelayLink(Wiring wiring, LinkListener listener) {
        this.wiring = wiring;
        this.listener = listener;
        this.deviceLayout = wiring.layout();
        int version = wiring.relay().version();
        this.backendLayout = version == 0 ? deviceLayout : AudioLayout.of(version);
    }

    @Override
    public void open(DeviceMessage.Hello hello) {
        BackendUrl url = wiring.relay().target();
        deviceTakesPcm = hello.audio().pcm();
        connectStartedAt = System.nanoTime();
        lookup =
                wiring.connector()
                        .addresses()
                        .resolveLater(url.host())
                        .orTimeout(CONNECT.toMillis(), TimeUnit.MILLISECONDS)
                        .whenComplete((address, failure) ->
                                wiring.device().execute(() -> resolved(url, address, hello)));
    }

    private void resolved(
            BackendUrl url, @Nullable InetAddress address, DeviceMessage.Hello hello) {
        if (address == null) {
            failed("the name can't be resolved, or is private");
        } else {
            connect(
                    new SocketClient.SocketTarget(
                            url.tls(), url.host(), url.port(), url.path(), address),
                    hello);
        }
    }

    private void connect(SocketClient.SocketTarget target, DeviceMessage.Hello hello) {
        if (closed) {
            return;
        }
        var headers = Greeting.headers(wiring.headers(), wiring.relay(), backendLayout);
        wiring.connector()
                .client()
                .connect(
                        target,
                        headers,
                        CONNECT,
                        wiring.config().buffer(),
                        socket -> opened(socket, hello),
                        failure -> failed(reason(failure)));
    }

    private static String reason(Throwable failure) {
        int status = SocketClient.refusal(failure);
        if (status != 0) {
            return "refused the connection with HTTP " + status;
        }
        String message = failure.getMessage();
        return "no connection: " + (message == null ? failure.getClass().getSimpleName() : message);
    }

    private void opened(Socket socket, DeviceMessage.Hello hello) {
        socket.handlers(this::received, this::receivedAudio, () -> gone(socket));
        socket.onDrained(this::backendDrained);
        if (closed) {
            socket.close(NORMAL, "");
            return;
        }
        backend = socket;
        socket.text(Greeting.hello(hello, backendLayout.version(), wiring.agent()));
    }

    // What was perhaps meant to be one.
    private String instead() {
        return leftOut.isEmpty() ? "" : ", but " + leftOut;
    }

    private void failed(String why) {
        if (!closed) {
            closed = true;
            unreachable(why);
        }
    }

    private void unreachable(String why) {
        broken(why);
        listener.failed();
    }

    private void broken(String why) {
        log(why);
        wiring.connector().failures().failed(wiring.agent());
    }

    // Neither the token nor the query, which may be just as secret.
    private void log(String what) {
        LOG.info(
                "agent {}, backend {}: {}",
                wiring.agent().id(),
                wiring.relay().target().origin(),
                what);
    }

    private void received(String text) {
        if (closed) {
            return;
        }
        switch (ServerMessage.fromBackend(text)) {
            case BackendMessage.BackendHello hello when hello.audio().pcm() && !deviceTakesPcm ->
                    unsuitable("format: pcm");
            case BackendMessage.BackendHello hello -> greeted(hello);
            case BackendMessage.UnusableHello hello -> unsuitable(hello.text());
            case BackendMessage.Unsafe unsafe -> {
                // A missing word is better than a device that restarts.
                leftOut = unsafe.why();
            }
            case BackendMessage.BackendReboot _ when wiring.relay().reboots() ->
                    deliver(text, TextKind.URGENT, Speaker.ASSISTANT, "");
            case BackendMessage.BackendReboot _ -> {
                if (!refusedRestart) {
                    refusedRestart = true;
                    log("asks to restart the device, which is refused");
                }
            }
            case BackendMessage.BackendMcp _, BackendMessage.Safe _ when downlink == null -> {
                // Received before the backend's hello: sent after it.
                earlyLength += text.length();
                if (early.size() < MOST_EARLY && earlyLength <= wiring.config().buffer()) {
                    early.add(text);
                }
            }
            case BackendMessage.BackendMcp mcp -> mcp(mcp, text);
            case BackendMessage.Safe safe -> deliver(text, safe);
        }
    }

    // A second hello changes nothing, and is not read.
    private void unsuitable(String detail) {
        Socket socket = backend;
        if (downlink != null || socket == null) {
            return;
        }
        closed = true;
        broken("its hello announces what no device takes: " + detail);
        socket.close(NORMAL, "");
        listener.unsuitable(detail);
    }

    private void greeted(BackendMessage.BackendHello hello) {
        Socket socket = backend;
        if (downlink == null && socket != null) {
            backendSession = hello.sessionId();
            wiring.connector().failures().over(wiring.agent());
            downlink =
                    new Downlink(
                            wiring.device(),
                            wiring.sessionId(),
                            listener,
                            new PacketDuration(hello.audio(), deviceLayout)::nanos,
                            new Downlink.BackendReading(
                                    socket::pause,
                                    socket::resume,
                                    wiring.config().buffer(),
                                    Math.min(GLANCE_MS, wiring.config().write().toMillis() / 4),
                                    wiring.connector().waiting()));
            listener.ready(hello.audio());
            early.forEach(this::received);
            early.clear();
        }
    }

    private void deliver(String text, BackendMessage.Safe safe) {
        boolean tts = safe.type().equals("tts");
        TextKind kind =
                switch (safe.type()) {
                    case "tts" ->
                            switch (safe.state()) {
                                case "start" -> TextKind.START;
                                case "stop" -> TextKind.STOP;
                                default -> TextKind.SENTENCE;
                            };
                    case "alert", "iot", "system" -> TextKind.URGENT;
                    default -> TextKind.OTHER;
                };
        // Only of tts and stt there is a text.
        deliver(text, kind, tts ? Speaker.ASSISTANT : Speaker.USER, safe.text());
    }

    // The device knows the session by this server's id, the backend by its own.
    private void deliver(String text, TextKind kind, Speaker speaker, String line) {
        String renamed =
                backendSession.isEmpty()
                        ? text
                        : SessionIds.replaced(text, backendSession, wiring.sessionId());
        Downlink down = downlink;
        if (down != null) {
            down.text(new Downlink.BackendText(renamed, kind, speaker, line));
        }
    }

    private void mcp(BackendMessage.BackendMcp mcp, String text) {
        Long id = mcp.id();
        if (ToolCalls.ours(id)) {
            // The device's reply would be taken for the reply to a person's call.
            answer(id, INVALID, "ids from 2^30 up are the gateway's");
        } else if (!mayCall(mcp.tool())) {
            if (id != null) {
                answer(id, NOT_FOUND, mcp.tool() + " is not for backends to call");
            }
        } else {
            String call =
                    mcp.tool().isEmpty() ? "" : McpMessages.shownCall(mcp.tool(), mcp.payload());
            deliver(text, TextKind.URGENT, Speaker.TOOL, call);
        }
    }

    private boolean mayCall(String tool) {
        return tool.equals(REBOOT) ? wiring.relay().reboots() : !PEOPLE_ONLY.contains(tool);
    }

    private void answer(@Nullable Long id, int code, String message) {
        Socket socket = backend;
        // A backend that sends requests but does not read gets no answer.
        if (socket != null && id != null && !socket.full()) {
            String payload = McpMessages.error(id, code, message);
            String ours = new ServerMessage.Mcp(wiring.sessionId(), payload).json();
            // Its id for the session may be any text.
            socket.text(
                    backendSession.isEmpty()
                            ? ours
                            : SessionIds.replaced(ours, wiring.sessionId(), backendSession));
        }
    }

    private void receivedAudio(byte[] frame) {
        Downlink down = downlink;
        if (closed || down == null || frame.length > MOST_AUDIO) {
            return;
        }
        if (backendLayout == deviceLayout) {
            // A device trusts the length in the header: a wrong one makes it read out of bounds.
            if (deviceLayout.safe(frame)) {
                down.audio(frame);
            }
        } else {
            backendLayout
                    .read(frame)
                    .ifPresent(audio ->
                            down.audio(deviceLayout.frame(audio.opus(), audio.timestampMs())));
        }
    }

    private void gone(Socket socket) {
        if (closed) {
            return;
        }
        // What the device says from now on, an abort above all, need not wait for the backend.
        backendDrained();
        closed = true;
        String how =
                socket.fault().isEmpty()
                        ? "closed with " + socket.closeCode()
                        : "sent " + socket.fault();
        Downlink down = downlink;
        if (down == null) {
            unreachable(how + " before its hello" + instead());
        } else if (socket.closeCode() == NORMAL) {
            down.finish(listener::done);
        } else {
            log(how);
            down.finish(listener::lost);
        }
    }

    @Override
    public void text(DeviceMessage message, String raw) {
        Downlink down = downlink;
        if (message instanceof DeviceMessage.Abort && down != null) {
            down.abort();
        }
        Socket socket = backend;
        if (socket != null && !closed) {
            socket.text(SessionIds.replaced(raw, wiring.sessionId(), backendSession));
        }
    }

    @Override
    public void audio(byte[] frame) {
        Socket socket = backend;
        if (socket == null || closed) {
            return;
        }
        if (backendLayout == deviceLayout) {
            socket.binary(frame);
        } else {
            deviceLayout
                    .read(frame)
                    .ifPresent(audio ->
                            socket.binary(backendLayout.frame(audio.opus(), audio.timestampMs())));
        }
    }

    @Override
    public boolean full() {
        Socket socket = backend;
        if (socket == null || !socket.full()) {
            return false;
        }
        if (fullTimer < 0) {
            watch(socket);
        }
        return true;
    }

    private void watch(Socket socket) {
        long taken = socket.taken();
        fullTimer =
                wiring.device()
                        .after(wiring.config().write().toMillis(), () -> stuck(socket, taken));
    }

    private void stuck(Socket socket, long takenBefore) {
        if (closed || !socket.full()) {
            return;
        }
        if (socket.taken() > takenBefore) {
            // Slow rather than dead.
            watch(socket);
            return;
        }
        closed = true;
        socket.destroy();
        log("accepts no data");
        listener.lost();
    }

    private void backendDrained() {
        wiring.device().cancel(fullTimer);
        fullTimer = -1;
        if (!closed) {
            listener.drained();
        }
    }

    @Override
    public void hold() {
        Downlink down = downlink;
        if (down != null) {
            down.hold();
        }
    }

    @Override
    public void release() {
        Downlink down = downlink;
        if (down != null) {
            down.release();
        }
    }

    @Override
    public void close() {
        Downlink down = downlink;
        if (down != null) {
            down.close();
        }
        if (down == null
                && !closed
                && connectStartedAt != 0
                && System.nanoTime() - connectStartedAt > SILENT_NANOS) {
            broken("sent no hello" + instead());
        }
        closed = true;
        wiring.device().cancel(fullTimer);
        CompletableFuture<InetAddress> pending = lookup;
        if (pending != null) {
            pending.cancel(false);
        }
        Socket socket = backend;
        if (socket != null) {
            socket.close(NORMAL, "");
        }
    }
}
