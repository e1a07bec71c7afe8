package io.slipway.bench.sessions;

import io.slipway.bench.BenchFailure;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;

/**
 * Many lines on one thread with plain selectors: load that shares its cores with what it measures
 * must be cheap.
 */
final class LineLoop implements AutoCloseable {

    private static final int BUFFER = 256 * 1024;

    private final Selector selector;
    private final ByteBuffer in = ByteBuffer.allocateDirect(BUFFER);
    private final ByteBuffer out = ByteBuffer.allocateDirect(BUFFER);
    private final byte[] scratch = new byte[65_536];

    LineLoop() throws IOException {
        selector = Selector.open();
    }

    /** For reading, by the current reader. */
    ByteBuffer in() {
        return in;
    }

    /** An empty buffer to build frames in; its content must be sent before the next call. */
    ByteBuffer out() {
        return out.clear();
    }

    /** For the content of the frame that is being read. */
    byte[] scratch() {
        return scratch;
    }

    SelectionKey register(SocketChannel channel, Line line) throws IOException {
        channel.configureBlocking(false);
        return channel.register(
                selector,
                channel.isConnected() ? SelectionKey.OP_READ : SelectionKey.OP_CONNECT,
                line);
    }

    /** Runs {@code accept} for each new connection. */
    void listen(ServerSocketChannel channel, Runnable accept) throws IOException {
        channel.configureBlocking(false);
        channel.register(selector, SelectionKey.OP_ACCEPT, accept);
    }

    /** Handles pending events; waits at most this long for one. */
    void turn(long millis) {
        try {
            if (millis <= 0) {
                selector.selectNow(LineLoop::ready);
            } else {
                selector.select(LineLoop::ready, millis);
            }
        } catch (IOException e) {
            throw new BenchFailure("the load generator failed: " + e);
        }
    }

    private static void ready(SelectionKey key) {
        if (!key.isValid()) {
            return;
        }
        switch (key.attachment()) {
            case Line line -> line.ready();
            case Runnable accept -> accept.run();
            default -> throw new IllegalStateException("a key without an owner");
        }
    }

    static void close(SelectableChannel channel) {
        try {
            channel.close();
        } catch (IOException e) {
            // It is closed in any case.
        }
    }

    @Override
    public void close() {
        try {
            selector.close();
        } catch (IOException e) {
            // Nothing depends on it any more.
        }
    }
}
