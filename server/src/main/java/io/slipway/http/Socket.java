package io.slipway.http;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandler;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CorruptedWebSocketFrameException;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PongWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import io.netty.util.ReferenceCountUtil;
import io.vertx.core.Context;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.WebSocket;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.http.WebSocketInternal;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

/**
 * One WebSocket, of either side, in plain terms. Everything but {@link #execute} happens on its
 * event loop: handlers run there, and methods are called from there. Messages arrive whole and
 * leave whole, or in frames of at most {@link #fragment} bytes. Never pings: the locks of some
 * firmware don't hold against a pong (device-contract 7.7).
 *
 * <p>The framework makes the handshake; from then on frames go straight between its codec and this
 * class. Its own WebSocket, with the HTTP connection that it hangs on, would take 14 kB of memory
 * for each, most of it in queues for writers on other threads, which there are none of here.
 */
public final class Socket {

    /** The longest message either way, in bytes; firmware sends at most 65,535. */
    public static final int MAX_MESSAGE = 128 * 1024;

    /** After a close frame, so much time for what is under way before TCP ends. */
    private static final int CLOSING_SECONDS = 2;

    /** So often that time is given again to who still takes something. */
    private static final int MOST_ROUNDS = 10;

    /** Pings answered although nothing is read over there; more are an attack. */
    private static final int MOST_VAIN = 1_000;

    private static final int NORMAL = 1000;
    private static final int TOO_LARGE = 1009;

    private final Vertx vertx;
    private final ContextInternal loop;
    private final Channel channel;
    private final Handler<WebSocketFrame> onFrame = this::frame;
    private ChannelHandlerContext pipeline;
    private Consumer<String> onText = text -> {};
    private Consumer<byte[]> onBinary = frame -> {};
    private Runnable onClosed = () -> {};
    private Runnable onDrained = () -> {};
    private final Assembly assembly = new Assembly();
    private int fragment = Integer.MAX_VALUE;
    private int closeCode = 1006;
    private boolean reading;
    private boolean unsent;
    private boolean closing;
    private boolean gone;
    private boolean paused;
    private int vain;
    private long drains;

    /**
     * @param maxQueued bytes that may wait to be sent before {@link #full}
     */
    Socket(Vertx vertx, Context loop, WebSocket raw, int maxQueued) {
        this.vertx = vertx;
        this.loop = (ContextInternal) loop;
        ChannelHandlerContext framework = ((WebSocketInternal) raw).channelHandlerContext();
        this.pipeline = framework;
        this.channel = framework.channel();
        Tcp.tune(channel, maxQueued);
        if (channel.pipeline().get("idle") != null) {
            // An HTTP connection may idle for seconds; how long a session may, it says itself.
            channel.pipeline().remove("idle");
        }
        takeOver(framework);
    }

    // The framework is told that its WebSocket is gone, so that it forgets all about it.
    private void takeOver(ChannelHandlerContext framework) {
        var before = (ChannelInboundHandler) framework.handler();
        channel.pipeline().replace(before, "socket", new Frames());
        try {
            before.channelInactive(framework);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    /** What the channel tells. */
    private final class Frames extends ChannelInboundHandlerAdapter {

        @Override
        public void handlerAdded(ChannelHandlerContext added) {
            pipeline = added;
        }

        @Override
        public void channelRead(ChannelHandlerContext from, Object message) {
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
        public void channelReadComplete(ChannelHandlerContext from) {
            reading = false;
            if (unsent) {
                unsent = false;
                pipeline.flush();
            }
        }

        @Override
        public void channelWritabilityChanged(ChannelHandlerContext from) {
            drains++;
            if (channel.isWritable()) {
                // Not at once: it may be in the middle of sending something.
                execute(Socket.this::drained);
            }
        }

        @Override
        public void channelInactive(ChannelHandlerContext from) {
            loop.emit(closed -> ended());
        }

        // A shutdown of the server would cut calls at once; sessions end by themselves instead.
        @Override
        public void userEventTriggered(ChannelHandlerContext from, Object event) {
            ReferenceCountUtil.release(event);
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext from, Throwable cause) {
            loop.emit(failed -> broken(cause));
        }
    }

    /** Sets what gets messages, and what runs once, last, when the socket is gone. */
    public void handlers(Consumer<String> text, Consumer<byte[]> binary, Runnable closed) {
        onText = text;
        onBinary = binary;
        onClosed = closed;
    }

    /** From now on no frame is longer than {@code bytes}, header included. */
    public void fragment(int bytes) {
        // A server's header is at most 4 bytes below 64 KiB.
        fragment = bytes - 4;
    }

    /** Sends a text; nothing happens when the socket is closing. */
    public void text(String text) {
        send(text.getBytes(StandardCharsets.UTF_8), true);
    }

    /**
     * Sends a binary message, which must not be changed any more; nothing happens when the socket
     * is closing.
     */
    public void binary(byte[] message) {
        send(message, false);
    }

    private void send(byte[] message, boolean text) {
        if (closing || gone) {
            return;
        }
        for (int from = 0; from == 0 || from < message.length; from += fragment) {
            write(Parts.frame(message, text, from, fragment));
        }
        flush();
    }

    private void write(WebSocketFrame frame) {
        // A failure comes to the handler, as all of this channel's do.
        var _ = pipeline.write(frame, pipeline.voidPromise());
    }

    // What is said in answer to one message leaves in one piece.
    private void flush() {
        if (reading) {
            unsent = true;
        } else {
            pipeline.flush();
        }
    }

    private void endTcp() {
        var _ = channel.close();
    }

    /** Whether more waits to be sent than was allowed: stop producing until {@link #onDrained}. */
    public boolean full() {
        return !gone && !closing && !channel.isWritable();
    }

    /** Grows as the other side takes what it is sent; how much it grows says nothing. */
    public long taken() {
        var queue = channel.unsafe().outboundBuffer();
        long waiting = queue == null ? 0 : queue.totalPendingWriteBytes() - queue.currentProgress();
        // Once drained there may be more waiting than before.
        return (drains << 32) - waiting;
    }

    /** Runs whenever the socket stops being full. */
    public void onDrained(Runnable handler) {
        onDrained = handler;
    }

    private void drained() {
        if (!gone && !closing && channel.isWritable()) {
            vain = 0;
            onDrained.run();
        }
    }

    /** Stops reading, so that TCP holds the other side back; what was read already still comes. */
    public void pause() {
        if (!gone && !paused) {
            paused = true;
            channel.config().setAutoRead(false);
        }
    }

    /** Reads again. */
    public void resume() {
        if (!gone && paused) {
            paused = false;
            channel.config().setAutoRead(true);
        }
    }

    /**
     * Sends a close frame and ends TCP itself soon after: firmware does not answer it
     * (device-contract 7.6). What arrives in between is dropped.
     */
    public void close(int code, String reason) {
        if (closing || gone) {
            return;
        }
        closing = true;
        // Reading goes on: unread bytes would turn the end into a reset that eats our last words.
        resume();
        write(new CloseWebSocketFrame(code, reason));
        pipeline.flush();
        cutSoon();
    }

    // Firmware neither answers a close frame nor ends TCP. Whoever still reads gets what was said
    // before it; whoever takes nothing any more, or has it all, is cut.
    private void cutSoon() {
        cutUnlessTaking(taken(), MOST_ROUNDS);
    }

    private void cutUnlessTaking(long before, int rounds) {
        vertx.setTimer(
                CLOSING_SECONDS * 1000L,
                late -> {
                    long now = taken();
                    if (gone || now <= before || rounds == 0) {
                        destroy();
                    } else {
                        cutUnlessTaking(now, rounds - 1);
                    }
                });
    }

    /** Ends TCP at once. */
    public void destroy() {
        if (!gone) {
            closing = true;
            channel.unsafe().close(channel.voidPromise());
        }
    }

    /** Whether the socket is closing or gone. */
    public boolean closed() {
        return closing || gone;
    }

    /** Why the other side closed: its code, 1006 for none. */
    public int closeCode() {
        return closeCode;
    }

    /** The other side's IP address. */
    public String address() {
        return channel.remoteAddress() instanceof InetSocketAddress remote
                        && remote.getAddress() != null
                ? remote.getAddress().getHostAddress()
                : "unknown";
    }

    /** Runs something on this socket's event loop soon; from any thread. */
    public void execute(Runnable work) {
        loop.runOnContext(go -> work.run());
    }

    /** Runs something on this socket's event loop after {@code ms}; returns a timer's id. */
    public long after(long ms, Runnable work) {
        return vertx.setTimer(Math.max(1, ms), fired -> work.run());
    }

    /** Ends a timer of {@link #after}; one that has fired is no error. */
    public void cancel(long timer) {
        vertx.cancelTimer(timer);
    }

    private void frame(WebSocketFrame frame) {
        switch (frame) {
            case CloseWebSocketFrame close -> closed(close);
            case PongWebSocketFrame pong -> {}
            case PingWebSocketFrame ping -> pinged(ping);
            default -> {
                if (!closing) {
                    said(frame);
                }
            }
        }
    }

    private void said(WebSocketFrame frame) {
        if (!assembly.add(frame)) {
            close(TOO_LARGE, "message too large");
            return;
        }
        byte[] whole = assembly.take();
        if (whole == null) {
            return;
        }
        if (assembly.text()) {
            onText.accept(new String(whole, StandardCharsets.UTF_8));
        } else {
            onBinary.accept(whole);
        }
    }

    private void pinged(PingWebSocketFrame ping) {
        if (full() && ++vain > MOST_VAIN) {
            destroy();
        } else if (!closing) {
            write(new PongWebSocketFrame(ping.content().retain()));
            flush();
        }
    }

    // Answers the frame, if it is none itself, and ends TCP.
    private void closed(CloseWebSocketFrame frame) {
        if (closing) {
            endTcp();
            return;
        }
        closing = true;
        closeCode = frame.statusCode() < 0 ? 1005 : frame.statusCode();
        var _ =
                pipeline.writeAndFlush(new CloseWebSocketFrame(NORMAL, ""))
                        .addListener(ChannelFutureListener.CLOSE);
        cutSoon();
    }

    // A frame that is too long or no frame at all; the stream can't be read on from there.
    private void broken(Throwable cause) {
        if (gone || closing) {
            return;
        }
        if (cause instanceof CorruptedWebSocketFrameException frame) {
            // 1009 for one that is too long, 1002 for one that is none.
            close(frame.closeStatus().code(), frame.closeStatus().reasonText());
        } else {
            destroy();
        }
    }

    private void ended() {
        if (gone) {
            return;
        }
        gone = true;
        onClosed.run();
    }
}
