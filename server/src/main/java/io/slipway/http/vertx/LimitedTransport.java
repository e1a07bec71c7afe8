package io.slipway.http.vertx;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClientConfig;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketClientOptions;
import io.vertx.core.http.impl.HttpClientConnection;
import io.vertx.core.http.impl.HttpConnectParams;
import io.vertx.core.http.impl.WebSocketClientImpl;
import io.vertx.core.http.impl.http1.Http1ClientConnection;
import io.vertx.core.http.impl.tcp.TcpHttpClientTransport;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.VertxInternal;
import io.vertx.core.internal.http.HttpClientTransport;
import io.vertx.core.net.HostAndPort;
import io.vertx.core.net.SocketAddress;
import io.vertx.core.net.impl.tcp.NetClientBuilder;
import io.vertx.core.spi.metrics.ClientMetrics;
import java.time.Duration;

/**
 * The start of WebSockets to other servers. The framework reads all of a response that is not an
 * upgrade, without a limit: this class disconnects a server that sends too much.
 */
public final class LimitedTransport implements HttpClientTransport {

    /** The maximum size of a response's body in bytes, which is ignored. */
    private static final int MOST_BODY = 16 * 1024;

    private final HttpClientTransport under;

    private LimitedTransport(HttpClientTransport under) {
        this.under = under;
    }

    /** Like {@link Vertx#createWebSocketClient}, which accepts no transport. */
    public static WebSocketClient client(Vertx vertx, WebSocketClientOptions options) {
        var inside = (VertxInternal) vertx;
        var http = new HttpClientOptions(options).setVerifyHost(options.isVerifyHost());
        var config = new HttpClientConfig(http);
        var tcp =
                new NetClientBuilder(inside, config.getTcpConfig())
                        .protocol("http")
                        .sslOptions(options.getSslOptions())
                        .sslEngineOptions(options.getSslEngineOptions())
                        .build();
        var under = TcpHttpClientTransport.create(tcp, config, false, null);
        return new WebSocketClientImpl(inside, http, options, new LimitedTransport(under), null);
    }

    @Override
    public Future<HttpClientConnection> connect(
            ContextInternal context,
            SocketAddress server,
            HostAndPort authority,
            HttpConnectParams params,
            ClientMetrics<?, ?, ?> metrics) {
        return under.connect(context, server, authority, params, metrics)
                .andThen((connection, failure) -> {
                    if (connection instanceof Http1ClientConnection made) {
                        ChannelHandlerContext handler = made.channelHandlerContext();
                        handler.pipeline().addBefore(handler.name(), "limit", new BodyLimit());
                    }
                });
    }

    private static final class BodyLimit extends ChannelInboundHandlerAdapter {
        private int bytes;

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            if (message instanceof HttpContent content) {
                bytes += content.content().readableBytes();
                if (bytes > MOST_BODY) {
                    ReferenceCountUtil.release(message);
                    context.channel().unsafe().close(context.voidPromise());
                    return;
                }
                if (message instanceof LastHttpContent) {
                    context.pipeline().remove(this);
                }
            }
            context.fireChannelRead(message);
        }
    }

    @Override
    public Future<Void> shutdown(Duration timeout) {
        return under.shutdown(timeout);
    }

    @Override
    public Future<Void> close() {
        return under.close();
    }
}
