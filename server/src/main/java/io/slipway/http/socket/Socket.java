package io.slipway.http.socket;

import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CorruptedWebSocketFrameException;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PongWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import io.slipway.http.vertx.FrameChannel;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

/**
 * One WebSocket, of either side, in plain terms. Everything but {@link #execute} happens on its
 * event loop: handlers run there, and methods are called from there. Messages arrive whole and
 * leave whole, or in frames of at most {@link #fragment} bytes. Never pings: the locks of some
 * firmware don't hold against a pong (device-contract 7.7).
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
    private final Frames channel;
    private Consumer<String> onText = text -> {};
    private Consumer<byte[]> onBinary = frame -> {};
    private Runnable onClosed = () -> {};
    private Runnable onDrained = () -> {};
    private final MessageAssembly assembly = new MessageAssembly();
    private int fragment = Integer.MAX_VALUE;
    private int closeCode = 1006;
    private boolean closing;
    private boolean gone;
    private boolean paused;
    private int vain;

    /**
     * @param maxQueued bytes that may wait to be sent before {@link #full}
     */
    Socket(Vertx vertx, Context loop, WebSocket raw, int maxQueued) {
        this.vertx = vertx;
        this.channel = new Frames(loop, raw, maxQueued);
        channel.takeOver();
    }

    /** What the channel tells. */
    private final class Frames extends FrameChannel {

        Frames(Context loop, WebSocket raw, int maxQueued) {
            super(loop, raw, maxQueued);
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
            channel.write(FrameSplitter.frame(message, text, from, fragment));
        }
        channel.flushSoon();
    }

    /** Whether more waits to be sent than was allowed: stop producing until {@link #onDrained}. */
    public boolean full() {
        return !gone && !closing && !channel.writable();
    }

    /** Grows as the other side takes what it is sent; how much it grows says nothing. */
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

    /** Stops reading, so that TCP holds the other side back; what was read already still comes. */
    public void pause() {
        if (!gone && !paused) {
            paused = true;
            channel.reads(false);
        }
    }

    /** Reads again. */
    public void resume() {
        if (!gone && paused) {
            paused = false;
            channel.reads(true);
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
        channel.write(new CloseWebSocketFrame(code, reason));
        channel.flush();
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
            channel.destroy();
        }
    }

    /** Why the other side closed: its code, 1006 for none. */
    public int closeCode() {
        return closeCode;
    }

    /** Runs something on this socket's event loop soon; from any thread. */
    public void execute(Runnable work) {
        channel.execute(work);
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
                    messageFrame(frame);
                }
            }
        }
    }

    private void messageFrame(WebSocketFrame frame) {
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
            channel.write(new PongWebSocketFrame(ping.content().retain()));
            channel.flushSoon();
        }
    }

    // Answers the frame, if it is none itself, and ends TCP.
    private void closed(CloseWebSocketFrame frame) {
        if (closing) {
            channel.close();
            return;
        }
        closing = true;
        closeCode = frame.statusCode() < 0 ? 1005 : frame.statusCode();
        channel.closeAfter(new CloseWebSocketFrame(NORMAL, ""));
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
