package io.slipway.http.vertx;

import io.netty.buffer.ByteBuf;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.ssl.SslCompletionEvent;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.util.AttributeKey;
import io.netty.util.ReferenceCountUtil;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.impl.http1.Http1ServerConnection;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A client's connection from its first byte to its last, independent of what the framework makes of
 * it: what arrives, when requests and responses begin and end, and who closes. Lives on the
 * channel's event loop.
 */
public abstract class ClientChannel {

    /**
     * After its handshake a client has nothing to ask of TLS itself, and each answer is computed on
     * the event loop. Its farewell is one.
     */
    private static final int MOST_ASIDES = 8;

    /** The largest read, in bytes; what the decoders hold undecoded exceeds it only if counted. */
    private static final int MOST_READ = 8 * 1024;

    private static final String BYTES = "bytes";
    private static final String TLS = "tls";

    private static final int SWITCHING_PROTOCOLS = 101;
    private static final int OK = 200;

    private static final AttributeKey<ClientChannel> HERE = AttributeKey.valueOf("client-channel");

    private final ChannelHandlerContext framework;
    private final Channel channel;
    private final ChannelFutureListener sent = done -> sent();
    private @Nullable ChannelHandlerContext below;
    private @Nullable ChannelPromise closing;
    private @Nullable HandshakeTurn turn;
    private boolean encrypted;
    private boolean secured;
    private boolean decrypted;

    /** What TLS has answered to what was not content. */
    private int asides;

    private boolean decoded;
    private boolean closed;

    protected ClientChannel(HttpConnection connection) {
        framework = framework(connection);
        channel = framework.channel();
    }

    /** Joins the pipeline. To be called when the connection begins, before anything is read. */
    public final void join() {
        channel.attr(HERE).set(this);
        channel.config()
                .setRecvByteBufAllocator(new AdaptiveRecvByteBufAllocator(64, 2048, MOST_READ));
        channel.pipeline().addFirst(BYTES, new ByteHandler());
        channel.pipeline().addBefore(framework.name(), "messages", new MessageHandler());
    }

    /** Puts TLS below HTTP. To be called after {@link #join}, before anything is read. */
    static void secure(HttpConnection connection, ChannelHandler tls, HandshakeTurn turn) {
        ClientChannel joined = framework(connection).channel().attr(HERE).get();
        joined.encrypted = true;
        joined.turn = turn;
        joined.channel.pipeline().addAfter(BYTES, TLS, tls);
        joined.channel.pipeline().addAfter(TLS, "plain", joined.new PlainHandler());
    }

    /** The connection of a request. */
    protected static ClientChannel of(HttpServerRequest request) {
        return framework(request.connection()).channel().attr(HERE).get();
    }

    /** The place of the framework's own handler in the pipeline. */
    static ChannelHandlerContext framework(HttpConnection connection) {
        return ((Http1ServerConnection) connection).channelHandlerContext();
    }

    /**
     * Bytes arrived.
     *
     * @param decoded whether they completed at least one message; otherwise the decoder holds them
     */
    protected abstract void arrived(int bytes, boolean decoded);

    /**
     * The TLS handshake is over.
     *
     * @param failed whether it failed; then the connection is being closed
     */
    protected abstract void secured(boolean failed);

    /** A request's head is complete. */
    protected abstract void requested();

    /** A part of its body arrived. */
    protected abstract void received(int bytes);

    /** Its body is complete. */
    protected abstract void whole();

    /** A response was handed over completely; the client may not have taken it yet. */
    protected abstract void responded();

    /** The kernel has taken the response completely, or never will. */
    protected abstract void sent();

    /** From here on it is a WebSocket. */
    protected abstract void upgraded();

    /**
     * This side wants to close.
     *
     * @return whether to wait for the client to close first. What it sends is dropped from now on,
     *     until {@link #closeNow}
     */
    protected abstract boolean lingers();

    /** The connection is closed; called once, last. */
    protected abstract void gone();

    /** Closes it, with whatever it was about to do. */
    public final void closeNow() {
        ChannelHandlerContext here = below;
        ChannelPromise waiting = closing;
        closed = true;
        // During a handshake there is nobody to say farewell to.
        if (here == null || here.isRemoved() || (encrypted && !secured)) {
            channel.unsafe().close(channel.voidPromise());
        } else {
            var _ = here.close(waiting == null ? here.newPromise() : waiting);
        }
    }

    /** Whether a part of its handshake is being computed, or waits for that. */
    protected final boolean computing() {
        HandshakeTurn its = turn;
        return its != null && its.busy();
    }

    /** Runs something on the connection's event loop soon. From any thread. */
    public final void execute(Runnable work) {
        channel.eventLoop().execute(work);
    }

    /** Whether reading is paused from this side. */
    protected final boolean paused() {
        return !channel.config().isAutoRead();
    }

    /** Bytes that the client has not taken yet; decreases as it takes them. */
    protected final long unsent() {
        return Tcp.unsent(channel);
    }

    /**
     * Decides whether to accept connections on this channel's port; others wait in the kernel.
     *
     * @param full asked soon, on the port's own thread, so that the last change counts
     */
    public final void pauseAccepting(BooleanSupplier full) {
        Channel port = channel.parent();
        if (port != null) {
            port.eventLoop().execute(() -> port.config().setAutoRead(!full.getAsBoolean()));
        }
    }

    /** Before the decoder, and before TLS. */
    private final class ByteHandler extends ChannelDuplexHandler {

        private boolean reading;

        @Override
        public void channelRead(ChannelHandlerContext here, Object message) {
            if (closing != null) {
                ReferenceCountUtil.release(message);
                return;
            }
            int bytes = message instanceof ByteBuf buffer ? buffer.readableBytes() : 0;
            decoded = false;
            decrypted = false;
            reading = true;
            here.fireChannelRead(message);
            reading = false;
            // What became readable was counted as that; the rest is a part of a record.
            if (!encrypted) {
                arrived(bytes, decoded);
            } else if (!decrypted) {
                arrived(bytes, false);
            }
        }

        @Override
        public void write(ChannelHandlerContext here, Object message, ChannelPromise promise) {
            if (secured && reading && !decrypted && ++asides > MOST_ASIDES) {
                closeNow();
            }
            var _ = here.write(message, promise);
        }
    }

    /**
     * Between TLS and the decoder. Not always within a read: a part of the handshake is computed
     * elsewhere, and what came with it is read after that.
     */
    private final class PlainHandler extends ChannelInboundHandlerAdapter {

        @Override
        public void channelRead(ChannelHandlerContext here, Object message) {
            int bytes = message instanceof ByteBuf buffer ? buffer.readableBytes() : 0;
            decoded = false;
            here.fireChannelRead(message);
            decrypted = true;
            arrived(bytes, decoded);
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext here, Object event) {
            if (event instanceof SslHandshakeCompletionEvent handshake) {
                decrypted = true;
                secured = true;
                arrived(0, true);
                secured(!handshake.isSuccess());
            }
            if (!(event instanceof SslCompletionEvent)) {
                here.fireUserEventTriggered(event);
            }
        }

        // A failure of TLS closes the connection by itself.
        @Override
        public void exceptionCaught(ChannelHandlerContext here, Throwable cause) {
            if (!TlsLayer.failed(cause)) {
                here.fireExceptionCaught(cause);
            }
        }
    }

    /** After the decoder. */
    private final class MessageHandler extends ChannelDuplexHandler {

        @Override
        public void handlerAdded(ChannelHandlerContext added) {
            below = added;
        }

        @Override
        public void channelRead(ChannelHandlerContext here, Object message) {
            decoded = true;
            if (closing != null) {
                ReferenceCountUtil.release(message);
                return;
            }
            if (message instanceof HttpRequest) {
                requested();
            }
            if (message instanceof HttpContent content) {
                received(content.content().readableBytes());
                if (message instanceof LastHttpContent) {
                    whole();
                }
            }
            here.fireChannelRead(message);
        }

        @Override
        public void write(ChannelHandlerContext here, Object message, ChannelPromise promise) {
            if (message instanceof HttpResponse head && head.status().code() < OK) {
                if (head.status().code() == SWITCHING_PROTOCOLS) {
                    upgraded();
                }
                var _ = here.write(message, promise);
            } else if (message instanceof LastHttpContent) {
                responded();
                var _ = here.write(message, promise.unvoid()).addListener(sent);
            } else {
                var _ = here.write(message, promise);
            }
        }

        @Override
        public void close(ChannelHandlerContext here, ChannelPromise promise) {
            ChannelPromise before = closing;
            if (before != null && !closed) {
                // It is waiting already.
                var _ = before.addListener(done -> promise.trySuccess());
            } else if (!closed && channel.isActive() && lingers()) {
                closing = promise;
                channel.config().setAutoRead(true);
            } else {
                var _ = here.close(promise);
            }
        }

        @Override
        public void channelInactive(ChannelHandlerContext here) {
            ChannelPromise waiting = closing;
            if (waiting != null) {
                waiting.trySuccess();
            }
            gone();
            here.fireChannelInactive();
        }
    }
}
