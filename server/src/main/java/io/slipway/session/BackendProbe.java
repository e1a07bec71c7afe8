package io.slipway.session;

import io.slipway.agent.Agent;
import io.slipway.agent.Backend;
import io.slipway.agent.BackendUrl;
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
 * sends a hello, waits for the backend's hello and disconnects. Thread-safe; calls block, 10 s at
 * most.
 */
final class BackendProbe {

    /** For all steps together. */
    static final Duration LIMIT = Duration.ofSeconds(10);

    /** The same as for sessions, for each step. */
    private static final Duration CONNECT = Duration.ofSeconds(5);

    private static final int NORMAL = 1000;

    /** Belongs to no device: the bit for "locally administered" is set. */
    private static final Mac DEVICE = Mac.parse("02:00:00:00:00:01").orElseThrow();

    private static final UUID CLIENT = new UUID(0x8000L, 0x8000000000000001L);

    private final SocketClient client;
    private final NameResolver resolver;
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
    BackendProbe(SocketClient client, NameResolver resolver, int buffer) {
        this.client = client;
        this.resolver = resolver;
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
        var answer = new CompletableFuture<AudioParams>();
        long began = System.nanoTime();
        try {
            AudioParams speech = greeted(agent, relay, began, answer);
            return result(
                    true,
                    began,
                    "连接成功，后端已应答："
                            + speech.sampleRate()
                            + " Hz，每帧 "
                            + speech.frameDuration()
                            + " ms",
                    "Connected, and the backend replied: "
                            + speech.sampleRate()
                            + " Hz in frames of "
                            + speech.frameDuration()
                            + " ms");
        } catch (ProbeFailed e) {
            return result(false, began, e.zh, String.valueOf(e.getMessage()));
        } finally {
            answer.cancel(false);
        }
    }

    private static ProbeResult result(boolean ok, long began, String zh, String en) {
        return new ProbeResult(ok, (System.nanoTime() - began) / 1_000_000, zh, en);
    }

    private AudioParams greeted(
            Agent agent, Backend.Relay relay, long began, CompletableFuture<AudioParams> answer)
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
                        socket -> opened(socket, hello, answer),
                        answer::completeExceptionally));
        // The look-up has 5 s and so has the connection: 10 in all.
        return awaited(answer, LIMIT.minusNanos(System.nanoTime() - began));
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
    private static void opened(Socket socket, String hello, CompletableFuture<AudioParams> answer) {
        socket.handlers(
                text -> {
                    if (ServerMessage.fromBackend(text)
                            instanceof BackendMessage.BackendHello heard) {
                        answer.complete(heard.audio());
                    }
                },
                frame -> {},
                () -> answer.completeExceptionally(closed(socket.closeCode())));
        // Closes it in any case, even if the probe has ended before the socket is open.
        var _ = answer.whenComplete((_, _) -> socket.execute(() -> socket.close(NORMAL, "")));
        socket.text(hello);
    }

    private static ProbeFailed closed(int code) {
        return new ProbeFailed(
                "后端在应答之前关闭了连接（代码 " + code + "）：请检查地址的路径和令牌",
                "The backend closed the connection before its hello (code "
                        + code
                        + "): check the path and the token");
    }

    private InetAddress resolved(String host) throws ProbeFailed {
        try {
            return resolver.resolve(host, CONNECT).get(CONNECT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw unknown();
        } catch (TimeoutException e) {
            throw unknown();
        } catch (ExecutionException e) {
            throw caused(e, PrivateAddress.class)
                    ? new ProbeFailed(
                            "该域名指向内网地址；管理员可设置 session.private-backends=on",
                            "The name resolves to a private address, which requires"
                                    + " session.private-backends=on")
                    : unknown();
        }
    }

    private static ProbeFailed unknown() {
        return new ProbeFailed("域名无法解析：请检查拼写", "The name can't be resolved: check its spelling");
    }

    private static AudioParams awaited(CompletableFuture<AudioParams> answer, Duration limit)
            throws ProbeFailed {
        try {
            return answer.get(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw silent();
        } catch (TimeoutException e) {
            throw silent();
        } catch (ExecutionException e) {
            throw e.getCause() instanceof ProbeFailed known ? known : unconnected(e);
        }
    }

    private static ProbeFailed silent() {
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
