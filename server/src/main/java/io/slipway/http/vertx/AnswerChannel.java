package io.slipway.http.vertx;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelPromise;
import io.netty.channel.FileRegion;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.ScheduledFuture;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.impl.UncloseableFileRegion;
import java.io.EOFException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The channel below a request while its response is being sent. Sits in the pipeline before the
 * framework's handler: it writes pieces of a file past the framework, in the kernel, and is the
 * first to see what the client does next and how the connection ends. Lives on the channel's event
 * loop.
 */
public abstract class AnswerChannel extends ChannelDuplexHandler {

    private final Channel channel;
    private final ChannelHandlerContext framework;
    private @Nullable ChannelHandlerContext pipeline;
    private @Nullable ScheduledFuture<?> ticks;
    private final @Nullable SslHandler tls;
    private final ResetHandler resets = new ResetHandler();
    private @Nullable FileRegion piece;

    protected AnswerChannel(HttpServerRequest raw) {
        framework = ClientChannel.framework(raw.connection());
        channel = framework.channel();
        tls = TlsLayer.of(channel);
    }

    /**
     * The client sent something.
     *
     * @param request whether it is the head of another request
     * @return whether to pass it to the framework
     */
    protected abstract boolean came(boolean request);

    /** The client closed the connection normally. */
    protected abstract void ended();

    /** The client reset it, or something failed. */
    protected abstract void reset();

    /** This side closes the connection. */
    protected abstract void closedHere();

    /** Called every second after {@link #startTicks}. */
    protected abstract void tick();

    /** Inserts it into the pipeline. */
    protected final void join() {
        channel.pipeline().addBefore(framework.name(), "file", this);
        if (tls != null) {
            channel.pipeline().addFirst("resets", resets);
        }
    }

    /** Leaves the pipeline; the framework then sees everything first, as usual. */
    protected final void leavePipeline() {
        ChannelHandlerContext here = pipeline;
        if (here != null && !here.isRemoved()) {
            channel.pipeline().remove(this);
        }
        ChannelHandlerContext first = tls == null ? null : channel.pipeline().context(resets);
        if (first != null) {
            channel.pipeline().remove(resets);
        }
    }

    /** Whether this process encrypts what is sent, so that it can't stay in the kernel. */
    protected final boolean encrypted() {
        return tls != null;
    }

    /** Whether the connection is open. */
    protected final boolean active() {
        return channel.isActive();
    }

    protected final void startTicks() {
        ticks = channel.eventLoop().scheduleAtFixedRate(this::tick, 1, 1, TimeUnit.SECONDS);
    }

    protected final void stopTicks() {
        ScheduledFuture<?> ticking = ticks;
        if (ticking != null) {
            ticking.cancel(false);
        }
    }

    /** Called once with the result of writing a piece. */
    @FunctionalInterface
    protected interface WriteListener {

        /**
         * @param failure null if the kernel has taken everything
         */
        void written(@Nullable Throwable failure);
    }

    /** Hands a piece of a file to the kernel, after the head and earlier pieces. */
    protected final void write(
            FileChannel file, long position, long length, WriteListener written) {
        ChannelHandlerContext out = pipeline;
        if (out == null) {
            return;
        }
        if (tls != null) {
            encrypted(out, file, position, (int) length, written);
            return;
        }
        var region = new UncloseableFileRegion(file, position, length);
        piece = region;
        out.writeAndFlush(region)
                .addListener((ChannelFutureListener) done -> written(done, written));
    }

    // Through memory outside of the heap: the kernel can't encrypt.
    private void encrypted(
            ChannelHandlerContext out,
            FileChannel file,
            long position,
            int length,
            WriteListener written) {
        ByteBuf bytes = channel.alloc().directBuffer(length, length);
        try {
            while (bytes.isWritable()) {
                long at = position + bytes.readableBytes();
                if (bytes.writeBytes(file, at, bytes.writableBytes()) < 0) {
                    throw new EOFException("the file has become shorter");
                }
            }
        } catch (IOException e) {
            bytes.release();
            channel.eventLoop().execute(() -> written.written(e));
            return;
        }
        out.writeAndFlush(bytes)
                .addListener((ChannelFutureListener) done -> written(done, written));
    }

    private void written(ChannelFuture done, WriteListener written) {
        if (done.isSuccess()) {
            piece = null;
        }
        written.written(done.isSuccess() ? null : done.cause());
    }

    /** Bytes of the current piece that the kernel has taken; 0 without a piece. */
    protected final long underWay() {
        FileRegion current = piece;
        return current == null ? 0 : current.transferred();
    }

    /** How much the kernel buffers before the client has acknowledged it, in bytes. */
    protected final void sendBuffer(int bytes) {
        Tcp.sendBuffer(channel, bytes);
    }

    /** Continues reading: the framework pauses it when requests pile up. */
    protected final void readOn() {
        channel.config().setAutoRead(true);
    }

    /** Closes our output; the client may still send something. */
    protected final void endOutput() {
        if (tls == null) {
            shutOutput();
        } else {
            var _ = tls.closeOutbound().addListener(said -> shutOutput());
        }
    }

    private void shutOutput() {
        if (channel instanceof DuplexChannel both) {
            var _ = both.shutdownOutput();
        }
    }

    /** Closes TCP at once, bypassing all handlers. */
    protected final void cut() {
        channel.unsafe().close(channel.voidPromise());
    }

    /** Like {@link #cut}, with a reset: the kernel's buffers for the client are freed at once. */
    protected final void cutAndFree() {
        channel.config().setOption(ChannelOption.SO_LINGER, 0);
        cut();
    }

    @Override
    public final void handlerAdded(ChannelHandlerContext added) {
        pipeline = added;
    }

    @Override
    public final void channelRead(ChannelHandlerContext reading, Object message) {
        if (came(message instanceof HttpRequest)) {
            reading.fireChannelRead(message);
        } else {
            ReferenceCountUtil.release(message);
        }
    }

    @Override
    public final void channelInactive(ChannelHandlerContext ending) {
        ended();
        ending.fireChannelInactive();
    }

    // A reset, as from a client that has lost power or gives up with bytes unread.
    @Override
    public final void exceptionCaught(ChannelHandlerContext failing, Throwable cause) {
        reset();
        failing.fireExceptionCaught(cause);
    }

    /** In front of TLS, which hides a reset after the client has said that it will close. */
    private final class ResetHandler extends ChannelInboundHandlerAdapter {

        @Override
        public void exceptionCaught(ChannelHandlerContext failing, Throwable cause) {
            reset();
            failing.fireExceptionCaught(cause);
        }
    }

    // A client's close does not arrive here: this side is closing.
    @Override
    public final void close(ChannelHandlerContext closing, ChannelPromise promise) {
        closedHere();
        var _ = closing.close(promise);
    }
}
