package io.slipway.bench.firmware;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Clients that download one file over and over, each time on a new connection as devices do, on one
 * thread. They check every response head.
 */
final class Pullers implements AutoCloseable {

    private static final int WINDOW = 8 * 1024;
    private static final int SIP = 1024;
    private static final int MOST_HEAD = 4096;

    private final byte[] request;
    private final long size;
    private final InetSocketAddress address;
    private final boolean slow;
    private final Selector selector = Selector.open();
    private final List<Puller> all = new ArrayList<>();
    private long bytes;
    private long files;
    private long failures;

    /** The state of one client. */
    private static final class Puller {
        private SocketChannel channel;
        private final ByteBuffer head = ByteBuffer.allocate(MOST_HEAD);
        private long left = -1;
    }

    /**
     * What was received.
     *
     * @param bytes of the file, without heads
     * @param files that were complete
     * @param failures broken connections and wrong responses
     */
    record Pulled(long bytes, long files, long failures, double seconds) {}

    /**
     * @param slow whether they have small windows and are only read by {@link #sip}
     */
    Pullers(int port, String path, long size, int clients, boolean slow) throws IOException {
        this.size = size;
        request =
                ("GET " + path + " HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
                        .getBytes(StandardCharsets.UTF_8);
        address = new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), port);
        this.slow = slow;
        for (int i = 0; i < clients; i++) {
            var puller = new Puller();
            all.add(puller);
            connect(puller);
        }
    }

    private void connect(Puller puller) throws IOException {
        SocketChannel channel = SocketChannel.open();
        puller.channel = channel;
        if (slow) {
            channel.setOption(StandardSocketOptions.SO_RCVBUF, WINDOW);
        }
        channel.connect(address);
        channel.configureBlocking(false);
        if (!slow) {
            channel.register(selector, SelectionKey.OP_READ, puller);
        }
        channel.write(ByteBuffer.wrap(request));
    }

    /** Reads as fast as it can. */
    Pulled pull(int seconds) throws IOException {
        var buffer = ByteBuffer.allocateDirect(256 * 1024);
        bytes = 0;
        files = 0;
        long began = System.nanoTime();
        long until = began + seconds * 1_000_000_000L;
        while (System.nanoTime() < until && failures < all.size()) {
            selector.select(key -> read((Puller) key.attachment(), buffer), 100);
        }
        return new Pulled(bytes, files, failures, (System.nanoTime() - began) / 1e9);
    }

    /** Reads a little from each. */
    Pulled sip() {
        var buffer = ByteBuffer.allocateDirect(SIP);
        for (Puller one : all) {
            if (one.channel.isOpen()) {
                read(one, buffer);
            }
        }
        return new Pulled(bytes, files, failures, 0);
    }

    private void read(Puller one, ByteBuffer buffer) {
        try {
            buffer.clear();
            int count = one.channel.read(buffer);
            buffer.flip();
            if (count < 0 || !take(one, buffer)) {
                failures++;
                one.channel.close();
            }
        } catch (IOException e) {
            failures++;
            try {
                one.channel.close();
            } catch (IOException closed) {
                // Already broken.
            }
        }
    }

    private boolean take(Puller one, ByteBuffer buffer) throws IOException {
        while (one.left < 0 && buffer.hasRemaining()) {
            if (!one.head.hasRemaining()) {
                return false;
            }
            one.head.put(buffer.get());
            if (headEnds(one.head)) {
                String text = new String(one.head.array(), 0, one.head.position(), US);
                if (!text.startsWith("HTTP/1.1 200 ")
                        || !text.contains("\r\nContent-Length: " + size + "\r\n")) {
                    return false;
                }
                one.left = size;
                one.head.clear();
            }
        }
        bytes += buffer.remaining();
        one.left -= buffer.remaining();
        if (one.left == 0) {
            files++;
            one.left = -1;
            one.channel.close();
            connect(one);
        }
        return one.left >= -1;
    }

    private static final java.nio.charset.Charset US = StandardCharsets.US_ASCII;

    private static boolean headEnds(ByteBuffer head) {
        int at = head.position();
        return at >= 4
                && head.get(at - 1) == '\n'
                && head.get(at - 2) == '\r'
                && head.get(at - 3) == '\n'
                && head.get(at - 4) == '\r';
    }

    @Override
    public void close() throws IOException {
        for (Puller one : all) {
            one.channel.close();
        }
        selector.close();
    }
}
