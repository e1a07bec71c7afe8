package io.slipway.http.vertx;

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
 * The channel below a WebSocket, taken away from the framework after the handshake: from then on
 * frames go straight between the codec and this class. The framework's own WebSocket, with the HTTP
 * connection that it hangs on, would take 14 kB of memory for each, most of it in queues for
 * writers on other threads, which there are none of here.
 *
 * <p>Lives on the event loop of its channel, apart from {@link #execute}. Neither a shutdown of the
 * server nor an idle limit of its HTTP connections reaches it any more.
 */
public abstract class FrameChannel extends ChannelInboundHandlerAdapter {

    private final ContextInternal loop;
    private final Channel channel;
    private final Handler<WebSocketFrame> onFrame = this::frame;
    private ChannelHandlerContext pipeline;
    private boolean reading;
    private boolean unsent;
    private long drains;

    /**
     * @param maxQueued bytes that may wait to be sent before the channel is not {@link #writable}
     */
    protected FrameChannel(Context loop, WebSocket raw, int maxQueued) {
        this.loop = (ContextInternal) loop;
        this.pipeline = ((WebSocketInternal) raw).channelHandlerContext();
        this.channel = pipeline.channel();
        Tcp.tune(channel, maxQueued);
        if (channel.pipeline().get("idle") != null) {
            // An HTTP connection may idle for seconds; how long a session may, it says itself.
            channel.pipeline().remove("idle");
        }
    }

    /** A frame came; released afterwards. */
    protected abstract void frame(WebSocketFrame frame);

    /** Less waits to be sent than what makes the channel not writable; called soon after. */
    protected abstract void drained();

    /** The channel is closed. */
    protected abstract void ended();

    /** Something failed, in either direction. */
    protected abstract void broken(Throwable cause);

    /**
     * Takes the channel over, as soon as all is set for what it tells. The framework is told that
     * its WebSocket is gone, so that it forgets all about it.
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

    @Override
    public final void handlerAdded(ChannelHandlerContext added) {
        pipeline = added;
    }

    @Override
    public final void channelRead(ChannelHandlerContext from, Object message) {
        reading = true;
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

    // A shutdown of the server would cut calls at once; sessions end by themselves instead.
    @Override
    public final void userEventTriggered(ChannelHandlerContext from, Object event) {
        ReferenceCountUtil.release(event);
    }

    @Override
    public final void exceptionCaught(ChannelHandlerContext from, Throwable cause) {
        loop.emit(failed -> broken(cause));
    }

    /** Lays a frame ready, to leave with the next flush. */
    public final void write(WebSocketFrame frame) {
        // A failure comes to the handler, as all of this channel's do.
        var _ = pipeline.write(frame, pipeline.voidPromise());
    }

    /** Sends what lies ready. */
    public final void flush() {
        pipeline.flush();
    }

    /** As {@link #flush}, but what is said in answer to one message leaves in one piece. */
    public final void flushSoon() {
        if (reading) {
            unsent = true;
        } else {
            pipeline.flush();
        }
    }

    /** Sends a last frame and ends TCP when it is out. */
    public final void closeAfter(WebSocketFrame last) {
        var _ = pipeline.writeAndFlush(last).addListener(ChannelFutureListener.CLOSE);
    }

    /** Ends TCP in order. */
    public final void close() {
        var _ = channel.close();
    }

    /** Ends TCP at once, whatever still waits to be sent. */
    public final void destroy() {
        channel.unsafe().close(channel.voidPromise());
    }

    /** Whether less waits to be sent than was allowed. */
    public final boolean writable() {
        return channel.isWritable();
    }

    /** Grows as the other side takes what it is sent; how much it grows says nothing. */
    public final long taken() {
        var queue = channel.unsafe().outboundBuffer();
        long waiting = queue == null ? 0 : queue.totalPendingWriteBytes() - queue.currentProgress();
        // Once drained there may be more waiting than before.
        return (drains << 32) - waiting;
    }

    /** Whether to read on; what was read already still comes. */
    public final void reads(boolean enabled) {
        channel.config().setAutoRead(enabled);
    }

    /** Runs something on this channel's event loop soon; from any thread. */
    public final void execute(Runnable work) {
        loop.runOnContext(go -> work.run());
    }
}
