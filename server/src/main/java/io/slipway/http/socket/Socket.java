package io.slipway.http.socket;

import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CorruptedWebSocketFrameException;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PongWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import io.slipway.http.governor.MessageBudget;
import io.slipway.http.vertx.FrameChannel;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One WebSocket, of either side, behind a simple interface. Everything except {@link #execute}
 * happens on its event loop: handlers run there, and methods must be called there. Messages arrive
 * whole and leave whole, or in frames of at most {@link #fragment} bytes. Never pings: the locking
 * of some firmware fails on a pong (device-contract 7.7).
 */
public final class Socket {

    /** The time after a close frame before TCP is closed, for data in flight. */
    private static final int CLOSING_SECONDS = 2;

    /** How often the close is postponed while the peer still reads. */
    private static final int MOST_ROUNDS = 10;

    /** Pings answered although the peer reads nothing; more are an attack. */
    private static final int MOST_VAIN = 1_000;

    private static final String UNFINISHED =
            "a part of a message and not the rest, when all backends had sent too many parts";

    private static final int NORMAL = 1000;
    private static final int TOO_LARGE = 1009;

    private final Vertx vertx;
    private final Frames channel;
    private Consumer<String> onText = text -> {};
    private Consumer<byte[]> onBinary = frame -> {};
    private Runnable onClosed = () -> {};
    private Runnable onDrained = () -> {};
    private final MessageAssembly assembly;
    private final @Nullable MessageBudget undecoded;
    private int fragment = Integer.MAX_VALUE;
    private int closeCode = 1006;
    private String fault = "";
    private boolean closing;
    private boolean gone;
    private boolean paused;
    private int vain;

    /**
     * @param maxQueued bytes that may be queued before {@link #full}
     * @param maxMessage bytes of the longest message that may arrive
     * @param budget of unfinished messages
     * @param undecoded of unfinished frames; null if something else counts them
     */
    Socket(
            Vertx vertx,
            Context loop,
            WebSocket raw,
            int maxQueued,
            int maxMessage,
            MessageBudget budget,
            @Nullable MessageBudget undecoded) {
        this.vertx = vertx;
        this.undecoded = undecoded;
        this.assembly = new MessageAssembly(budget, maxMessage);
        this.channel = new Frames(loop, raw, maxQueued);
        budget.whenNeeded(this::makeRoom);
        channel.takeOver();
        if (undecoded != null) {
            undecoded.whenNeeded(this::makeRoom);
            channel.watchArrivals();
        }
    }

    /** Handles the channel's events. */
    private final class Frames extends FrameChannel {

        Frames(Context loop, WebSocket raw, int maxQueued) {
            super(loop, raw, maxQueued);
        }

        @Override
        protected void arrived(int bytes, boolean decoded) {
            Socket.this.arrived(bytes, decoded);
        }

        @Override
        protected void frame(WebSocketFrame frame) {
            Socket.this.frame(frame);
        }

        @Override
        protected void drained() {
            Socket.this.drained();
        }

        @Override
        protected void ended() {
            Socket.this.ended();
        }

        @Override
        protected void broken(Throwable cause) {
            Socket.this.broken(cause);
        }
    }

    /**
     * Sets the handlers of messages, and the one that runs once, last: when the socket is gone, or
     * when nothing more will come because the peer has sent a close frame or broken the protocol.
     * In these cases what is queued is still being sent.
     */
    public void handlers(Consumer<String> text, Consumer<byte[]> binary, Runnable closed) {
        onText = text;
        onBinary = binary;
        onClosed = closed;
    }

    /** From now on no frame exceeds {@code bytes}, header included. */
    public void fragment(int bytes) {
        // A server's header is at most 4 bytes below 64 KiB.
        fragment = bytes - 4;
    }

    /** Sends a text; does nothing while the socket is closing. */
    public void text(String text) {
        send(text.getBytes(StandardCharsets.UTF_8), true);
    }

    /**
     * Sends a binary message, which must not be changed afterwards; does nothing while the socket
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
            channel.write(FrameSplitter.frame(message, text, from, fragment));
        }
        channel.flushSoon();
    }

    /** Whether the send queue exceeds its limit: stop producing until {@link #onDrained}. */
    public boolean full() {
        return !gone && !closing && !channel.writable();
    }

    /** Increases as the peer reads what was sent; by how much means nothing. */
    public long taken() {
        return channel.taken();
    }

    /** Runs whenever the socket stops being full. */
    public void onDrained(Runnable handler) {
        onDrained = handler;
    }

    private void drained() {
        if (!gone && !closing && channel.writable()) {
            vain = 0;
            onDrained.run();
        }
    }

    /**
     * Pauses reading, so that TCP slows the peer down; data that was already read still arrives.
     */
    public void pause() {
        if (!gone && !paused) {
            paused = true;
            channel.reads(false);
        }
    }

    /** Resumes reading. */
    public void resume() {
        if (!gone && paused) {
            paused = false;
            channel.reads(true);
        }
    }

    /**
     * Sends a close frame and closes TCP soon after: firmware does not answer the frame
     * (device-contract 7.6). Input in between is dropped.
     */
    public void close(int code, String reason) {
        if (closing || gone) {
            return;
        }
        closing = true;
        // Keeps reading: unread bytes would turn the close into a reset that destroys the last
        // messages.
        resume();
        channel.write(new CloseWebSocketFrame(code, reason));
        channel.flush();
        cutSoon();
    }

    // Firmware neither answers a close frame nor closes TCP. A peer that still reads gets
    // everything sent before; one that reads nothing any more, or has everything, is disconnected.
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

    /** Closes TCP at once. */
    public void destroy() {
        if (!gone) {
            closing = true;
            channel.destroy();
        }
    }

    /** The close code of the peer, 1006 for none. */
    public int closeCode() {
        return closeCode;
    }

    /** What the peer sent against the protocol, for a log; {@code ""} for nothing. */
    public String fault() {
        return fault;
    }

    /** Runs something on this socket's event loop soon; from any thread. */
    public void execute(Runnable work) {
        channel.execute(work);
    }

    /** Runs something on this socket's event loop after {@code ms}; returns a timer's id. */
    public long after(long ms, Runnable work) {
        return vertx.setTimer(Math.max(1, ms), fired -> work.run());
    }

    /** Cancels a timer of {@link #after}; no error if it has fired. */
    public void cancel(long timer) {
        vertx.cancelTimer(timer);
    }

    // What is left of a read that completed a frame is less than the next read.
    private void arrived(int bytes, boolean decoded) {
        MessageBudget budget = undecoded;
        if (budget == null || gone) {
            return;
        }
        if (decoded) {
            budget.assembled();
        } else if (!budget.assembling(bytes)) {
            fault = UNFINISHED;
            destroy();
        }
    }

    // From any thread.
    private void makeRoom() {
        execute(() -> {
            if (!gone) {
                fault = UNFINISHED;
                destroy();
            }
        });
    }

    private void frame(WebSocketFrame frame) {
        switch (frame) {
            case CloseWebSocketFrame close -> closed(close);
            case PongWebSocketFrame pong -> {}
            case PingWebSocketFrame ping -> pinged(ping);
            default -> {
                if (!closing) {
                    messageFrame(frame);
                }
            }
        }
    }

    private void messageFrame(WebSocketFrame frame) {
        if (!assembly.add(frame)) {
            fault = "a message that is too large";
            close(TOO_LARGE, "message too large");
            over();
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
            channel.write(new PongWebSocketFrame(ping.content().retain()));
            channel.flushSoon();
        }
    }

    // Answers the frame, unless we closed first, and closes TCP.
    private void closed(CloseWebSocketFrame frame) {
        if (closing) {
            channel.close();
            return;
        }
        closing = true;
        closeCode = frame.statusCode() < 0 ? 1005 : frame.statusCode();
        channel.closeAfter(new CloseWebSocketFrame(NORMAL, ""));
        cutSoon();
        over();
    }

    // A frame that is too long or malformed; the stream can't be read further.
    private void broken(Throwable cause) {
        if (gone || closing) {
            return;
        }
        if (cause instanceof CorruptedWebSocketFrameException frame) {
            // 1009 if it is too long, 1002 if it is malformed.
            int code = frame.closeStatus().code();
            fault = code == TOO_LARGE ? "a frame that is too large" : "a malformed frame";
            close(code, frame.closeStatus().reasonText());
            over();
        } else {
            destroy();
        }
    }

    private void ended() {
        if (gone) {
            return;
        }
        gone = true;
        MessageBudget budget = undecoded;
        if (budget != null) {
            budget.assembled();
        }
        over();
    }

    private void over() {
        assembly.drop();
        Runnable handler = onClosed;
        onClosed = () -> {};
        handler.run();
    }
}
