package io.slipway.http.socket;

import io.slipway.http.governor.Governor;
import io.slipway.http.vertx.LimitedTransport;
import io.vertx.core.Vertx;
import io.vertx.core.http.UpgradeRejectedException;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketClientOptions;
import io.vertx.core.http.WebSocketConnectOptions;
import java.net.InetAddress;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Opens WebSockets to other servers. Thread-safe. */
public final class SocketClient {

    /** The maximum size of a frame from a server, and of a message, in bytes. */
    private static final int MAX_MESSAGE = 256 * 1024;

    private final Vertx vertx;
    private final Governor governor;
    private final WebSocketClient client;

    public SocketClient(Vertx vertx, Governor governor) {
        this.vertx = vertx;
        this.governor = governor;
        this.client =
                LimitedTransport.client(
                        vertx,
                        new WebSocketClientOptions()
                                .setMaxConnections(Integer.MAX_VALUE)
                                .setMaxFrameSize(MAX_MESSAGE)
                                .setTcpKeepAlive(true)
                                .setTcpNoDelay(true)
                                .setConnectTimeout(5_000));
    }

    /**
     * Where to connect.
     *
     * @param host a name, or an address without brackets
     * @param path with its query
     * @param address the validated result of resolving the name. Without TLS the connection goes
     *     there, whatever the name now resolves to. With TLS the name is resolved again, because
     *     the certificate is checked against it: changing the answer in between is useless without
     *     that certificate.
     */
    public record SocketTarget(
            boolean tls, String host, int port, String path, InetAddress address) {}

    /** Runs {@code work} on an event loop, for callers outside of one: it must not block. */
    public void onLoop(Runnable work) {
        vertx.runOnContext(go -> work.run());
    }

    /**
     * Connects, from an event loop; the socket then lives on that loop.
     *
     * @param limit for the connection and the handshake together
     * @param maxQueued see {@link Socket#full}
     * @param opened must set the socket's handlers at once
     */
    public void connect(
            SocketTarget target,
            Map<String, String> headers,
            Duration limit,
            int maxQueued,
            Consumer<Socket> opened,
            Consumer<Throwable> failed) {
        connect(target, headers, "", limit, maxQueued, opened, failed);
    }

    /**
     * Like {@link #connect(SocketTarget, Map, Duration, int, Consumer, Consumer)}.
     *
     * @param subprotocol which the server must then select; {@code ""} for none
     */
    public void connect(
            SocketTarget target,
            Map<String, String> headers,
            String subprotocol,
            Duration limit,
            int maxQueued,
            Consumer<Socket> opened,
            Consumer<Throwable> failed) {
        String shown = target.host().indexOf(':') >= 0 ? "[" + target.host() + "]" : target.host();
        boolean standard = target.port() == (target.tls() ? 443 : 80);
        String authority = standard ? shown : shown + ":" + target.port();
        var options =
                new WebSocketConnectOptions()
                        .setPort(target.port())
                        .setSsl(target.tls())
                        .setHost(target.tls() ? target.host() : target.address().getHostAddress())
                        // Absolute: the Host header needs the name instead of the address.
                        .setURI((target.tls() ? "https://" : "http://") + authority + target.path())
                        .setTimeout(limit.toMillis());
        headers.forEach(options::addHeader);
        if (!subprotocol.isEmpty()) {
            options.addSubProtocol(subprotocol);
        }
        var loop = vertx.getOrCreateContext();
        client.connect(options)
                .onSuccess(raw -> {
                    if (raw.isClosed()) {
                        failed.accept(new ClosedChannelException());
                    } else {
                        opened.accept(
                                new Socket(
                                        vertx,
                                        loop,
                                        raw,
                                        maxQueued,
                                        MAX_MESSAGE,
                                        governor.backend(),
                                        governor.backend()));
                    }
                })
                .onFailure(failed::accept);
    }

    /** The status of a server that answered with something other than a WebSocket; 0 for none. */
    public static int refusal(@Nullable Throwable failure) {
        return failure instanceof UpgradeRejectedException refused ? refused.getStatus() : 0;
    }
}
