package io.slipway.http;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.MaxMessagesRecvByteBufAllocator;
import io.netty.channel.socket.nio.NioChannelOption;
import io.netty.handler.codec.http.websocketx.CorruptedWebSocketFrameException;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.WebSocket;
import io.vertx.core.http.WebSocketFrame;
import io.vertx.core.internal.http.WebSocketInternal;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;
import jdk.net.ExtendedSocketOptions;
import org.jspecify.annotations.Nullable;

/**
 * One WebSocket, of either side, in plain terms. Everything but {@link #execute} happens on its
 * event loop: handlers run there, and methods are called from there. Messages arrive whole and
 * leave whole, or in frames of at most {@link #fragment} bytes. Never pings: the locks of some
 * firmware don't hold against a pong (contract 7.7).
 */
public final class Socket {

    /** The longest message either way, in bytes; firmware sends at most 65,535. */
    public static final int MAX_MESSAGE = 128 * 1024;

    /** After a close frame, so much time for what is under way before TCP ends. */
    static final int CLOSING_SECONDS = 2;

    /** So often that time is given again to who still takes something. */
    private static final int MOST_ROUNDS = 10;

    /** Bytes in the kernel; it takes twice that. */
    private static final int SEND_BUFFER = 32 * 1024;

    /** The same for what comes in: left to itself the kernel takes megabytes from who floods. */
    private static final int RECEIVE_BUFFER = 64 * 1024;

    /** Pings answered although nothing is read over there; more are an attack. */
    private static final int MOST_VAIN = 1_000;

    private static final ChannelOption<Integer> KEEP_IDLE =
            NioChannelOption.of(ExtendedSocketOptions.TCP_KEEPIDLE);
    private static final ChannelOption<Integer> KEEP_INTERVAL =
            NioChannelOption.of(ExtendedSocketOptions.TCP_KEEPINTERVAL);
    private static final ChannelOption<Integer> KEEP_COUNT =
            NioChannelOption.of(ExtendedSocketOptions.TCP_KEEPCOUNT);

    private static final int NORMAL = 1000;
    private static final int TOO_LARGE = 1009;

    private final Vertx vertx;
    private final Context loop;
    private final WebSocket raw;
    private final Channel channel;
    private Consumer<String> onText = text -> {};
    private Consumer<byte[]> onBinary = frame -> {};
    private Runnable onClosed = () -> {};
    private Runnable onDrained = () -> {};
    private @Nullable Buffer partial;
    private boolean partialText;
    private int fragment = Integer.MAX_VALUE;
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
        this.loop = loop;
        this.raw = raw;
        ChannelHandlerContext internals = ((WebSocketInternal) raw).channelHandlerContext();
        this.channel = internals.channel();
        if (internals.pipeline().get("idle") != null) {
            // An HTTP connection may idle for seconds; how long a session may, it says itself.
            internals.pipeline().remove("idle");
        }
        tune(channel);
        internals.pipeline().addBefore(internals.name(), "drained", new Writability());
        raw.setWriteQueueMaxSize(maxQueued);
        raw.frameHandler(this::frame);
        raw.exceptionHandler(this::broken);
        raw.closeHandler(closed -> ended());
        // A shutdown of the server would cut calls at once; sessions end by themselves instead.
        raw.shutdownHandler(shutdown -> {});
    }

    // Without pings a peer that lost its power is found by TCP alone. The kernel's own buffers
    // would hide it for minutes: they hold a quarter of an hour of speech.
    private static void tune(Channel channel) {
        channel.config().setOption(ChannelOption.SO_SNDBUF, SEND_BUFFER);
        channel.config().setOption(ChannelOption.SO_RCVBUF, RECEIVE_BUFFER);
        // By default 16 times as much is read before anybody can say that it is enough.
        if (channel.config().getRecvByteBufAllocator()
                instanceof MaxMessagesRecvByteBufAllocator all) {
            all.maxMessagesPerRead(1);
        }
        channel.config().setOption(ChannelOption.SO_KEEPALIVE, true);
        channel.config().setOption(KEEP_IDLE, 30);
        channel.config().setOption(KEEP_INTERVAL, 10);
        channel.config().setOption(KEEP_COUNT, 3);
    }

    // The framework counts frames, of whatever length; the channel counts bytes.
    private final class Writability extends ChannelInboundHandlerAdapter {
        @Override
        public void channelWritabilityChanged(ChannelHandlerContext context) {
            boolean drained = context.channel().isWritable();
            drains++;
            // The framework first: it may still hold frames of its own.
            context.fireChannelWritabilityChanged();
            if (drained) {
                execute(Socket.this::drained);
            }
        }
    }

    private void drained() {
        if (!gone && !closing && channel.isWritable()) {
            vain = 0;
            onDrained.run();
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

    /** Sends a binary message; nothing happens when the socket is closing. */
    public void binary(byte[] message) {
        send(message, false);
    }

    private void send(byte[] message, boolean text) {
        if (closing || gone) {
            return;
        }
        if (message.length <= fragment) {
            Buffer whole = Buffer.buffer(message);
            raw.writeFrame(frame(whole, text, true));
            return;
        }
        for (int from = 0; from < message.length; from += fragment) {
            int to = Math.min(message.length, from + fragment);
            Buffer part = Buffer.buffer(to - from).appendBytes(message, from, to - from);
            boolean last = to == message.length;
            raw.writeFrame(
                    from == 0
                            ? frame(part, text, last)
                            : WebSocketFrame.continuationFrame(part, last));
        }
    }

    private static WebSocketFrame frame(Buffer content, boolean text, boolean last) {
        // The framework makes text frames of strings only: its frame class takes bytes as they are.
        return text
                ? new io.vertx.core.http.impl.websocket.WebSocketFrameImpl(
                        io.vertx.core.http.WebSocketFrameType.TEXT, content.getBytes(), last)
                : WebSocketFrame.binaryFrame(content, last);
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

    /** Stops reading; the other side's TCP then holds it back. */
    public void pause() {
        if (!gone && !paused) {
            paused = true;
            raw.pause();
        }
    }

    /** Reads again. */
    public void resume() {
        if (!gone && paused) {
            paused = false;
            raw.resume();
        }
    }

    /**
     * Sends a close frame and ends TCP itself soon after: firmware does not answer it (contract
     * 7.6). What arrives in between is dropped.
     */
    public void close(int code, String reason) {
        if (closing || gone) {
            return;
        }
        closing = true;
        // Reading goes on: unread bytes would turn the end into a reset that eats our last words.
        if (paused) {
            paused = false;
            raw.resume();
        }
        if (!raw.isClosed()) {
            // Now it may: the framework leaves the end to whoever handles shutdowns.
            raw.shutdownHandler(null);
        }
        raw.close((short) code, reason);
        cutSoon();
    }

    // Whoever does not even read the close frame is cut; whoever reads slowly gets what was said.
    private void cutSoon() {
        cutUnlessTaking(taken(), MOST_ROUNDS);
    }

    private void cutUnlessTaking(long before, int rounds) {
        vertx.setTimer(
                (CLOSING_SECONDS + 1) * 1000L,
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
        Short code = raw.closeStatusCode();
        return code == null ? 1006 : code;
    }

    /** The other side's IP address. */
    public String address() {
        var remote = raw.remoteAddress();
        String address = remote == null ? null : remote.hostAddress();
        return address == null ? "unknown" : address;
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
        if (closing) {
            return;
        }
        switch (frame.type()) {
            case TEXT, BINARY -> {
                boolean text = frame.isText();
                if (frame.isFinal()) {
                    deliver(frame.binaryData(), text);
                } else {
                    partialText = text;
                    partial = Buffer.buffer().appendBuffer(frame.binaryData());
                }
            }
            case CONTINUATION -> continued(frame);
            case CLOSE -> {
                closing = true;
                // Answers the frame and ends TCP.
                raw.close((short) NORMAL);
                cutSoon();
            }
            // The framework has answered it, without a bound.
            case PING -> {
                if (full() && ++vain > MOST_VAIN) {
                    destroy();
                }
            }
            case PONG -> {}
        }
    }

    private void continued(WebSocketFrame frame) {
        Buffer before = partial;
        if (before == null) {
            return;
        }
        if (before.length() + frame.binaryData().length() > MAX_MESSAGE) {
            partial = null;
            close(TOO_LARGE, "message too large");
            return;
        }
        before.appendBuffer(frame.binaryData());
        if (frame.isFinal()) {
            partial = null;
            deliver(before, partialText);
        }
    }

    private void deliver(Buffer message, boolean text) {
        if (text) {
            onText.accept(message.toString(StandardCharsets.UTF_8));
        } else {
            onBinary.accept(message.getBytes());
        }
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
        closing = true;
        partial = null;
        if (paused) {
            // What was not read is dropped; the framework would keep its memory for ever.
            paused = false;
            raw.resume();
        }
        onClosed.run();
    }
}
