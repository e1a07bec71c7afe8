package io.slipway.http.vertx;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandler;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import io.netty.util.ReferenceCountUtil;
import io.vertx.core.Context;
import io.vertx.core.Handler;
import io.vertx.core.http.WebSocket;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.http.WebSocketInternal;

/**
 * The channel below a WebSocket, detached from the framework after the handshake: from then on
 * frames pass directly between the codec and this class. The framework's own WebSocket, with its
 * HTTP connection, would take 14 kB of memory for each, most of it in queues for writers on other
 * threads, which don't exist here.
 *
 * <p>Lives on the event loop of its channel, except for {@link #execute}. A shutdown of the server
 * does not affect it any more.
 */
public abstract class FrameChannel extends ChannelInboundHandlerAdapter {

    private final ContextInternal loop;
    private final Channel channel;
    private final Handler<WebSocketFrame> onFrame = this::frame;
    private ChannelHandlerContext pipeline;
    private boolean reading;
    private boolean decoded;
    private boolean unsent;
    private long drains;

    /**
     * @param maxQueued bytes that may be queued before the channel is not {@link #writable}
     */
    protected FrameChannel(Context loop, WebSocket raw, int maxQueued) {
        this.loop = (ContextInternal) loop;
        this.pipeline = ((WebSocketInternal) raw).channelHandlerContext();
        this.channel = pipeline.channel();
        Tcp.tune(channel, maxQueued);
    }

    /**
     * Bytes arrived, in whatever form the connection has; only called after {@link #watchArrivals}.
     *
     * @param decoded whether they completed at least one frame; otherwise the decoder holds them
     */
    protected abstract void arrived(int bytes, boolean decoded);

    /** A frame arrived; released afterwards. */
    protected abstract void frame(WebSocketFrame frame);

    /** The queue is below the limit again; called soon after. */
    protected abstract void drained();

    /** The channel is closed. */
    protected abstract void ended();

    /** Something failed, in either direction. */
    protected abstract void broken(Throwable cause);

    /**
     * Takes the channel over, once its handlers are ready. The framework is told that its WebSocket
     * is closed, so that it drops all references.
     */
    public final void takeOver() {
        ChannelHandlerContext framework = pipeline;
        var before = (ChannelInboundHandler) framework.handler();
        channel.pipeline().replace(before, "socket", this);
        try {
            before.channelInactive(framework);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    /** Has {@link #arrived} called from now on. */
    public final void watchArrivals() {
        channel.pipeline().addFirst("arrivals", new ArrivalHandler());
    }

    @Override
    public final void handlerAdded(ChannelHandlerContext added) {
        pipeline = added;
    }

    @Override
    public final void channelRead(ChannelHandlerContext from, Object message) {
        reading = true;
        decoded = true;
        if (message instanceof WebSocketFrame frame) {
            try {
                loop.emit(frame, onFrame);
            } finally {
                frame.release();
            }
        } else {
            ReferenceCountUtil.release(message);
        }
    }

    @Override
    public final void channelReadComplete(ChannelHandlerContext from) {
        reading = false;
        if (unsent) {
            unsent = false;
            pipeline.flush();
        }
    }

    @Override
    public final void channelWritabilityChanged(ChannelHandlerContext from) {
        drains++;
        if (channel.isWritable()) {
            // Not at once: it may be in the middle of sending something.
            execute(this::drained);
        }
    }

    @Override
    public final void channelInactive(ChannelHandlerContext from) {
        loop.emit(closed -> ended());
    }

    // A shutdown of the server would close sockets at once; sessions end by themselves instead.
    @Override
    public final void userEventTriggered(ChannelHandlerContext from, Object event) {
        ReferenceCountUtil.release(event);
    }

    @Override
    public final void exceptionCaught(ChannelHandlerContext from, Throwable cause) {
        loop.emit(failed -> broken(cause));
    }

    /** Queues a frame, to leave with the next flush. */
    public final void write(WebSocketFrame frame) {
        // A failure goes to the handler, as all of this channel's do.
        var _ = pipeline.write(frame, pipeline.voidPromise());
    }

    /** Sends what is queued. */
    public final void flush() {
        pipeline.flush();
    }

    /** Like {@link #flush}, but everything sent in response to one message leaves together. */
    public final void flushSoon() {
        if (reading) {
            unsent = true;
        } else {
            pipeline.flush();
        }
    }

    /** Sends a last frame and closes TCP once it is sent. */
    public final void closeAfter(WebSocketFrame last) {
        var _ = pipeline.writeAndFlush(last).addListener(ChannelFutureListener.CLOSE);
    }

    /** Closes TCP normally. */
    public final void close() {
        var _ = channel.close();
    }

    /** Closes TCP at once, discarding what is queued. */
    public final void destroy() {
        channel.unsafe().close(channel.voidPromise());
    }

    /** Whether the send queue is below its limit. */
    public final boolean writable() {
        return channel.isWritable();
    }

    /** Increases as the peer reads what was sent; by how much means nothing. */
    public final long taken() {
        // Once drained, more may be queued than before.
        return (drains << 32) - Tcp.unsent(channel);
    }

    /** Whether to continue reading; data that was already read still arrives. */
    public final void reads(boolean enabled) {
        channel.config().setAutoRead(enabled);
    }

    /** Runs something on this channel's event loop soon; from any thread. */
    public final void execute(Runnable work) {
        loop.runOnContext(go -> work.run());
    }

    /** Before the decoder. */
    private final class ArrivalHandler extends ChannelInboundHandlerAdapter {

        @Override
        public void channelRead(ChannelHandlerContext here, Object message) {
            int bytes = message instanceof ByteBuf buffer ? buffer.readableBytes() : 0;
            decoded = false;
            here.fireChannelRead(message);
            arrived(bytes, decoded);
        }
    }
}
