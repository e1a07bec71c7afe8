package io.slipway.session;

import io.slipway.agent.Agent;
import io.slipway.agent.Backend;
import io.slipway.agent.BackendAddresses;
import io.slipway.agent.BackendUrl;
import io.slipway.http.Json;
import io.slipway.http.ServerAddresses.PrivateAddress;
import io.slipway.http.socket.Socket;
import io.slipway.http.socket.SocketClient;
import io.slipway.protocol.Mac;
import io.slipway.protocol.socket.AudioLayout;
import io.slipway.protocol.socket.AudioParams;
import io.slipway.protocol.socket.DeviceMessage;
import io.slipway.protocol.socket.ServerMessage;
import io.slipway.protocol.socket.ServerMessage.BackendMessage;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * Opens a session at a backend as a device's session would, with the same client and address rules,
 * waits for the backend's hello, says a sentence as a device reports its wake word, listens to the
 * answer and disconnects. Thread-safe; calls block, 20 s at most.
 */
final class BackendProbe {

    /** Up to the hello, for all steps together. */
    private static final Duration HELLO = Duration.ofSeconds(10);

    /** A backend that has not begun to answer by then does not answer this sentence. */
    private static final long SILENT_MS = 4_000;

    /** An answer that takes longer is not heard to its end. */
    private static final long TURN_MS = 9_000;

    /** The same as for sessions, for each step. */
    private static final Duration CONNECT = Duration.ofSeconds(5);

    private static final int NORMAL = 1000;

    /** Belongs to no device: the bit for "locally administered" is set. */
    private static final Mac DEVICE = Mac.parse("02:00:00:00:00:01").orElseThrow();

    private static final UUID CLIENT = new UUID(0x8000L, 0x8000000000000001L);

    private final SocketClient client;
    private final BackendAddresses addresses;
    private final int buffer;

    /** The outcome, in words. */
    record ProbeResult(boolean ok, long millis, String zh, String en) {}

    /** The reason of a failure; never contains the token. */
    private static final class ProbeFailed extends Exception {
        private final String zh;

        ProbeFailed(String zh, String en) {
            super(en, null, false, false);
            this.zh = zh;
        }
    }

    /**
     * @param buffer bytes that may wait to be sent
     */
    BackendProbe(SocketClient client, BackendAddresses addresses, int buffer) {
        this.client = client;
        this.addresses = addresses;
        this.buffer = buffer;
    }

    ProbeResult of(Agent agent, Backend backend) {
        return switch (backend) {
            case Backend.Echo echo ->
                    new ProbeResult(
                            true,
                            0,
                            "回声由本服务器自己提供，不需要连接",
                            "Echo is built into this server: no connection is needed");
            case Backend.Relay relay -> relay(agent, relay);
        };
    }

    private ProbeResult relay(Agent agent, Backend.Relay relay) {
        var calling = new Probing();
        long began = System.nanoTime();
        try {
            AudioParams speech = greeted(agent, relay, began, calling);
            long millis = (System.nanoTime() - began) / 1_000_000;
            // It ends by itself before that.
            ProbeTurn turn = awaited(calling.turn, Duration.ofMillis(TURN_MS + 1_000), calling);
            return outcome(millis, speech, turn);
        } catch (ProbeFailed e) {
            return new ProbeResult(
                    false,
                    (System.nanoTime() - began) / 1_000_000,
                    e.zh,
                    String.valueOf(e.getMessage()));
        } finally {
            calling.turn.cancel(false);
        }
    }

    private static ProbeResult outcome(long millis, AudioParams speech, ProbeTurn turn) {
        String zh =
                "连接成功，%d 毫秒后收到 hello：%d Hz，每帧 %d ms。"
                        .formatted(millis, speech.sampleRate(), speech.frameDuration());
        String en =
                "Connected; its hello came after %d ms: %d Hz in frames of %d ms. "
                        .formatted(millis, speech.sampleRate(), speech.frameDuration());
        String code = turn.activationCode();
        if (!code.isEmpty()) {
            return new ProbeResult(
                    false,
                    millis,
                    zh + "但它只报出自己的激活码（" + code + "）：它只接待在它那里登记过的设备，请先在那里按 MAC 登记，或换用令牌",
                    en
                            + "But it only says an activation code of its own ("
                            + code
                            + "): it serves devices that are registered there. Register their MACs"
                            + " there, or use a token of it");
        }
        return turn.answered()
                ? new ProbeResult(
                        true,
                        millis,
                        zh + "试说一句话，" + turn.millis() + " 毫秒后它开始回答",
                        en + "It began to answer a test sentence after " + turn.millis() + " ms")
                : new ProbeResult(
                        true,
                        millis,
                        zh + "它没有回答试说的一句话；若它只听语音，对话仍可能正常",
                        en
                                + "It did not answer a test sentence; if it answers speech only,"
                                + " conversations may work nevertheless");
    }

    /** One test. */
    private static final class Probing {
        final CompletableFuture<AudioParams> hello = new CompletableFuture<>();
        final CompletableFuture<ProbeTurn> turn = new CompletableFuture<>();

        /** Why a text before its hello is not passed on to devices; {@code ""} if none was. */
        volatile String leftOut = "";

        void fail(Throwable cause) {
            hello.completeExceptionally(cause);
            turn.completeExceptionally(cause);
        }
    }

    private AudioParams greeted(Agent agent, Backend.Relay relay, long began, Probing calling)
            throws ProbeFailed {
        BackendUrl url = relay.target();
        InetAddress address = resolved(url.host());
        var target =
                new SocketClient.SocketTarget(
                        url.tls(), url.host(), url.port(), url.path(), address);
        AudioLayout layout = AudioLayout.of(relay.version() == 0 ? 1 : relay.version());
        Map<String, String> headers =
                Greeting.headers(Greeting.names(DEVICE, CLIENT, agent, ""), relay, layout);
        var greeting =
                new DeviceMessage.Hello(
                        layout.version(), false, false, false, AudioParams.UPLINK, hello(layout));
        String hello = Greeting.hello(greeting, layout.version(), agent);
        client.onLoop(() ->
                client.connect(
                        target,
                        headers,
                        CONNECT,
                        buffer,
                        socket -> opened(socket, hello, calling),
                        calling::fail));
        // The look-up has 5 s and so has the connection: 10 in all.
        return awaited(calling.hello, HELLO.minusNanos(System.nanoTime() - began), calling);
    }

    // A firmware's hello, without tools.
    private static String hello(AudioLayout layout) {
        return """
        {"type":"hello","version":%d,"features":{"mcp":false},"transport":"websocket",\
        "audio_params":{"format":"opus","sample_rate":16000,"channels":1,"frame_duration":60}}\
        """
                .formatted(layout.version());
    }

    // Runs on the socket's event loop.
    private static void opened(Socket socket, String hello, Probing calling) {
        var turn = new @Nullable ProbeTurn[1];
        socket.handlers(
                text -> {
                    ProbeTurn current = turn[0];
                    if (current == null) {
                        turn[0] = answered(socket, text, calling);
                    } else {
                        current.text(text, System.nanoTime());
                        if (current.over()) {
                            calling.turn.complete(current);
                        }
                    }
                },
                frame -> {
                    ProbeTurn current = turn[0];
                    if (current != null) {
                        current.audio(System.nanoTime());
                    }
                },
                () -> {
                    ProbeTurn current = turn[0];
                    if (current != null && current.answered()) {
                        // It has said what it wanted to say.
                        calling.turn.complete(current);
                    }
                    calling.fail(
                            current == null
                                    ? closed(socket.closeCode())
                                    : closedLater(socket.closeCode()));
                });
        // Closes it in any case, even if the probe has ended before the socket is open.
        var _ = calling.turn.whenComplete((_, _) -> socket.execute(() -> socket.close(NORMAL, "")));
        socket.text(hello);
    }

    // The turn that begins if the text is the backend's hello.
    private static @Nullable ProbeTurn answered(Socket socket, String text, Probing calling) {
        return switch (ServerMessage.fromBackend(text)) {
            case BackendMessage.BackendHello hello when hello.audio().pcm() -> {
                calling.fail(unsuitable("format: pcm"));
                yield null;
            }
            case BackendMessage.BackendHello hello -> {
                calling.hello.complete(hello.audio());
                socket.text(
                        "{\"session_id\":%s,\"type\":\"listen\",\"state\":\"detect\",\"text\":\"你好\"}"
                                .formatted(Json.text(hello.sessionId())));
                var turn = new ProbeTurn(System.nanoTime());
                socket.after(
                        SILENT_MS,
                        () -> {
                            if (!turn.answered()) {
                                calling.turn.complete(turn);
                            }
                        });
                socket.after(TURN_MS, () -> calling.turn.complete(turn));
                yield turn;
            }
            case BackendMessage.UnusableHello hello -> {
                calling.fail(unsuitable(hello.text()));
                yield null;
            }
            case BackendMessage.Unsafe unsafe -> {
                calling.leftOut = unsafe.why();
                yield null;
            }
            case BackendMessage.Safe _,
                    BackendMessage.BackendMcp _,
                    BackendMessage.BackendReboot _ ->
                    null;
        };
    }

    private static ProbeFailed unsuitable(String detail) {
        return new ProbeFailed(
                "后端的 hello 里有设备不支持的内容：" + detail,
                "The backend's hello announces what no device takes: " + detail);
    }

    private static ProbeFailed closed(int code) {
        return new ProbeFailed(
                "后端在应答之前关闭了连接（代码 " + code + "）：请检查地址的路径和令牌",
                "The backend closed the connection before its hello (code "
                        + code
                        + "): check the path and the token");
    }

    private static ProbeFailed closedLater(int code) {
        return new ProbeFailed(
                "后端发来了 hello，但在试说一句话之后没有回答就关闭了连接（代码 " + code + "）：它可能不认识这台设备",
                "The backend said hello, but closed the connection without an answer to a test"
                        + " sentence (code "
                        + code
                        + "): it may not know the device");
    }

    private InetAddress resolved(String host) throws ProbeFailed {
        try {
            return addresses.resolve(host);
        } catch (PrivateAddress e) {
            throw new ProbeFailed(
                    "该域名指向内网地址；管理员可设置 session.private-backends=on",
                    "The name resolves to a private address, which requires"
                            + " session.private-backends=on");
        } catch (UnknownHostException e) {
            throw unknown();
        }
    }

    private static ProbeFailed unknown() {
        return new ProbeFailed("域名无法解析：请检查拼写", "The name can't be resolved: check its spelling");
    }

    private static <T> T awaited(CompletableFuture<T> answer, Duration limit, Probing calling)
            throws ProbeFailed {
        try {
            return answer.get(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw silent(calling);
        } catch (TimeoutException e) {
            throw silent(calling);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof ProbeFailed known ? known : unconnected(e);
        }
    }

    private static ProbeFailed silent(Probing calling) {
        if (!calling.leftOut.isEmpty()) {
            return new ProbeFailed(
                    "后端发来的内容设备不能接受（" + calling.leftOut + "），没有别的 hello",
                    "What the backend sent is nothing that devices take ("
                            + calling.leftOut
                            + "), and no other hello came");
        }
        return new ProbeFailed(
                "已连上，但后端没有发来 hello：地址可能不是语音服务，或它正忙",
                "Connected, but the server sent no hello: it may not be a voice"
                        + " service, or it may be busy");
    }

    private static ProbeFailed unconnected(ExecutionException failure) {
        int status = SocketClient.refusal(failure.getCause());
        if (status == 401 || status == 403) {
            return new ProbeFailed(
                    "后端拒绝了连接（HTTP " + status + "）：请检查令牌",
                    "The backend refused the connection (HTTP " + status + "): check the token");
        }
        if (status > 0) {
            return new ProbeFailed(
                    "后端没有接受 WebSocket（HTTP " + status + "）：请检查地址的路径",
                    "The backend does not accept a WebSocket there (HTTP "
                            + status
                            + "): check the URL's path");
        }
        if (caused(failure, SSLException.class)) {
            return new ProbeFailed(
                    "TLS 握手失败：证书无效，或该端口不是 wss",
                    "The TLS handshake failed: the certificate is invalid, or the port does not"
                            + " use TLS");
        }
        if (caused(failure, ConnectException.class)) {
            return new ProbeFailed(
                    "无法连接：端口没有打开，或被防火墙拦住",
                    "Can't connect: the port is closed, or blocked by a firewall");
        }
        return new ProbeFailed(
                "连接或握手没有在 5 秒内完成，或中途断开",
                "The connection or the handshake took longer than 5 s, or was interrupted");
    }

    private static boolean caused(Throwable failure, Class<? extends Throwable> kind) {
        @Nullable Throwable at = failure;
        for (int depth = 0; at != null && depth < 10; depth++) {
            if (kind.isInstance(at)) {
                return true;
            }
            at = at.getCause();
        }
        return false;
    }
}
