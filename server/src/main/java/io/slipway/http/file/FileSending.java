package io.slipway.http.file;

import io.netty.channel.Channel;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelPromise;
import io.netty.channel.FileRegion;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.timeout.IdleStateEvent;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.ScheduledFuture;
import io.slipway.http.file.DownloadRoute.End;
import io.slipway.http.vertx.Tcp;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.impl.http1.Http1ServerConnection;
import io.vertx.core.net.impl.UncloseableFileRegion;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * One file on its way from the disk to the socket, by the kernel, piece by piece; nothing of it
 * passes through this process. Sits in the channel's pipeline before the framework's handler, so
 * that it sees how the connection ends. Lives on the channel's event loop.
 *
 * <p>A download is complete when the client closes in order after the last byte, or asks for
 * something else: that is proof that it has read all. Until then the framework is left to believe
 * that the answer is still being written, so that a shutdown waits for it, too.
 *
 * <p>What the JDK does not show is a reset that follows an orderly end, as from a client that says
 * "I am done" and then closes with bytes unread. lwIP and Linux send a reset alone in that case.
 */
final class FileSending extends ChannelDuplexHandler {

    /** So much is handed to the kernel at once, before other connections get their turn. */
    private static final int PIECE = 128 * 1024;

    /**
     * The last piece waits until the client has acknowledged nearly all before it: that costs one
     * delayed acknowledgement, 40 ms of a computer and up to 250 ms of a device.
     */
    private static final int LAST = 16 * 1024;

    private enum State {
        DECIDING,
        SENDING,
        SENT,
        OVER
    }

    private final Downloads owner;
    private final HttpServerRequest raw;
    private final Channel channel;
    private final ChannelHandlerContext framework;
    private final long began = System.nanoTime();

    private State state = State.DECIDING;
    private @Nullable ChannelHandlerContext pipeline;
    private @Nullable ScheduledFuture<?> ticks;
    private @Nullable FileRegion piece;
    private @Nullable FileChannel file;
    private DownloadRoute.Watcher watcher = (bytes, how, when) -> {};
    private long from;
    private long end;
    private long position;
    private long seen;
    private long moved = began;
    private long at;
    private boolean close;

    /** As soon as the request is there, to see what comes behind it. */
    FileSending(Downloads owner, HttpServerRequest raw) {
        this.owner = owner;
        this.raw = raw;
        this.framework = ((Http1ServerConnection) raw.connection()).channelHandlerContext();
        this.channel = framework.channel();
        channel.pipeline().addBefore(framework.name(), "file", this);
    }

    /** There is nothing to send. */
    void leave() {
        state = State.OVER;
        remove();
    }

    /**
     * Sends the answer and then the file, which is closed in the end.
     *
     * @param head sets the answer's head; says whether the connection closes after it
     */
    void start(FileChannel what, FilePart part, DownloadRoute.Watcher told, BooleanSupplier head) {
        file = what;
        watcher = told;
        from = part.from();
        end = part.from() + part.length();
        position = from;
        state = State.SENDING;
        if (!channel.isActive()) {
            over(owner.draining() ? End.CUT_BY_US : End.CUT, null);
            return;
        }
        try {
            close |= head.getAsBoolean();
            start();
        } catch (RuntimeException e) {
            // Told all the same; the framework writes down what this was.
            over(End.CUT_BY_US, null);
            channel.unsafe().close(channel.voidPromise());
            throw e;
        }
    }

    private void start() {
        Tcp.sendBuffer(channel, Tcp.FILE_BUFFER);
        ticks = channel.eventLoop().scheduleAtFixedRate(this::tick, 1, 1, TimeUnit.SECONDS);
        raw.response()
                .writeHead()
                .onSuccess(written -> next())
                .onFailure(failed -> over(End.CUT, null));
    }

    @Override
    public void handlerAdded(ChannelHandlerContext added) {
        pipeline = added;
    }

    private void next() {
        ChannelHandlerContext out = pipeline;
        FileChannel source = file;
        if (state != State.SENDING || out == null || source == null) {
            return;
        }
        long left = end - position;
        if (left <= LAST) {
            // A kernel that holds a quarter of a megabyte would say "sent" of what a client that
            // closes now has never seen.
            Tcp.sendBuffer(channel, Tcp.LEAST_BUFFER);
        }
        long length = left <= LAST ? left : Math.min(PIECE, left - LAST);
        var region = new UncloseableFileRegion(source, position, length);
        piece = region;
        out.writeAndFlush(region)
                .addListener((ChannelFutureListener) done -> written(done, length));
    }

    private void written(ChannelFuture done, long length) {
        if (state != State.SENDING) {
            return;
        }
        if (!done.isSuccess()) {
            over(End.CUT, done.cause());
            channel.unsafe().close(channel.voidPromise());
            return;
        }
        position += length;
        piece = null;
        progress();
        if (position < end) {
            next();
        } else {
            sent();
        }
    }

    private void sent() {
        state = State.SENT;
        moved = System.nanoTime();
        owner.stopped();
        Tcp.sendBuffer(channel, Tcp.FILE_BUFFER);
        // The framework stops reading when requests pile up; the end has to be seen.
        channel.config().setAutoRead(true);
        if (close) {
            endOutput();
        }
    }

    // The client reads to here, and answers with the end of its own side.
    private void endOutput() {
        close = true;
        if (channel instanceof DuplexChannel both) {
            var _ = both.shutdownOutput();
        }
    }

    private long bytes() {
        FileRegion current = piece;
        return position - from + (current == null ? 0 : current.transferred());
    }

    private void progress() {
        long now = bytes();
        if (now > seen) {
            owner.meter.add(now - seen);
            seen = now;
            moved = System.nanoTime();
            at = owner.clock.millis();
        }
    }

    private void tick() {
        long now = System.nanoTime();
        switch (state) {
            case SENDING -> {
                progress();
                if (now - moved > owner.patience.silence().toNanos()
                        || now - began > owner.patience.longest().toNanos()) {
                    over(End.CUT, null);
                    // What the kernel holds for it is freed at once.
                    channel.config().setOption(ChannelOption.SO_LINGER, 0);
                    channel.unsafe().close(channel.voidPromise());
                }
            }
            case SENT -> {
                if (now - moved > owner.patience.linger().toNanos()) {
                    // It may have all and be idle, or have lost its power: the JDK does not tell
                    // what was acknowledged, and an acknowledgement by TCP would not say that it
                    // was read. A wrong CUT costs another download, a wrong COMPLETE blames the
                    // build for a start that never was.
                    over(End.CUT, null);
                    channel.unsafe().close(channel.voidPromise());
                } else if (!close && owner.draining()) {
                    endOutput();
                }
            }
            case DECIDING, OVER -> {}
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext reading, Object message) {
        if (message instanceof HttpRequest && state != State.SENT) {
            // Asked before it has read this: no proof of anything, so only the end counts.
            close = true;
        }
        if (state == State.SENT && close) {
            ReferenceCountUtil.release(message);
            return;
        }
        if (message instanceof HttpRequest && state == State.SENT) {
            over(End.COMPLETE, null);
            raw.response().end();
        }
        reading.fireChannelRead(message);
    }

    @Override
    public void channelInactive(ChannelHandlerContext ending) {
        over(state == State.SENT ? End.COMPLETE : End.CUT, null);
        ending.fireChannelInactive();
    }

    // A reset, as a client sends that has lost its power or gives up with bytes unread.
    @Override
    public void exceptionCaught(ChannelHandlerContext failing, Throwable cause) {
        over(End.CUT, null);
        failing.fireExceptionCaught(cause);
    }

    // Not how a client's end arrives: somebody on this side closes.
    @Override
    public void close(ChannelHandlerContext closing, ChannelPromise promise) {
        over(End.CUT_BY_US, null);
        var _ = closing.close(promise);
    }

    // Slow is not idle; this class has its own limits.
    @Override
    public void userEventTriggered(ChannelHandlerContext telling, Object event) {
        boolean busy = state == State.SENDING || state == State.SENT;
        if (!busy || !(event instanceof IdleStateEvent)) {
            telling.fireUserEventTriggered(event);
        }
    }

    private void remove() {
        ChannelHandlerContext here = pipeline;
        if (here != null && !here.isRemoved()) {
            channel.pipeline().remove(this);
        }
    }

    private void over(End how, @Nullable Throwable failure) {
        FileChannel source = file;
        if (state == State.OVER || source == null) {
            return;
        }
        if (state == State.SENDING) {
            owner.stopped();
        }
        state = State.OVER;
        progress();
        ScheduledFuture<?> ticking = ticks;
        if (ticking != null) {
            ticking.cancel(false);
        }
        remove();
        long last = at == 0 ? owner.clock.millis() : at;
        long unread = from + seen;
        owner.ended(
                source,
                () -> {
                    boolean ours = failure != null && !readable(source, unread);
                    Downloads.tell(watcher, seen, ours ? End.CUT_BY_US : how, last);
                });
    }

    // A write fails with the same exceptions for a broken disk and a broken connection.
    private boolean readable(FileChannel source, long here) {
        try {
            // A file that has become shorter fails the write as soon as the client's side is full.
            return here >= end
                    || (source.size() >= end && source.read(ByteBuffer.allocate(1), here) == 1);
        } catch (IOException e) {
            return false;
        }
    }
}
