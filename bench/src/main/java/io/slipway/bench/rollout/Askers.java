package io.slipway.bench.rollout;

import io.slipway.bench.BenchFailure;
import io.slipway.bench.Fleet;
import io.slipway.bench.Latencies;
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
import java.util.BitSet;
import java.util.List;
import java.util.function.IntSupplier;

/**
 * Devices that check in over keep-alive connections, one after another on each, from one thread,
 * which checks every answer and records which devices were offered an update.
 */
final class Askers implements AutoCloseable {

    static final int CONNECTIONS = 64;

    private static final int MOST_ANSWER = 16 * 1024;
    private static final String LENGTH = "content-length: ";
    private static final String OFFER = "\"url\":\"http://";
    private static final long PATIENCE = 20_000_000_000L;

    private final Fleet fleet;
    private final int port;
    private final Selector selector = Selector.open();
    private final List<Asker> all = new ArrayList<>();
    private Latencies latencies = new Latencies();
    private BitSet offered = new BitSet();
    private long answers;
    private long wrong;
    private String sample = "";
    private int busy;

    /** A connection, and the device that uses it. */
    private static final class Asker {
        private SocketChannel channel;
        private final ByteBuffer answer = ByteBuffer.allocate(MOST_ANSWER);
        private int index;
        private long asked;
    }

    /**
     * The result.
     *
     * @param offered indices of those with an update in their answer
     * @param wrong answers that no bound device may get, and broken connections
     * @param sample one of the wrong ones
     */
    record CallResults(
            long answers,
            double seconds,
            Latencies latencies,
            BitSet offered,
            long wrong,
            String sample) {

        double perSecond() {
            return seconds == 0 ? 0 : answers / seconds;
        }

        /** Itself, if nothing was wrong. */
        CallResults right() {
            if (wrong > 0) {
                throw new BenchFailure(wrong + " answers were wrong, such as: " + sample);
            }
            return this;
        }
    }

    Askers(Fleet fleet, int port) throws IOException {
        this.fleet = fleet;
        this.port = port;
        var address = new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), port);
        for (int i = 0; i < CONNECTIONS; i++) {
            var asker = new Asker();
            asker.channel = SocketChannel.open(address);
            asker.channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            asker.channel.configureBlocking(false);
            asker.channel.register(selector, SelectionKey.OP_READ, asker);
            all.add(asker);
        }
    }

    /**
     * Makes requests until there are no more devices or the time is over, and waits for the last
     * answers.
     *
     * @param next the index of the next device; negative if there are no more
     */
    CallResults ask(IntSupplier next, int seconds) throws IOException {
        return ask(next, seconds, CONNECTIONS);
    }

    /** Like {@link #ask(IntSupplier, int)}, over some of the connections only. */
    CallResults ask(IntSupplier next, int seconds, int connections) throws IOException {
        latencies = new Latencies();
        offered = new BitSet();
        answers = 0;
        wrong = 0;
        long began = System.nanoTime();
        long until = began + seconds * 1_000_000_000L;
        IntSupplier timed = () -> System.nanoTime() < until ? next.getAsInt() : -1;
        busy = 0;
        for (Asker asker : all.subList(0, connections)) {
            if (asker.channel.isOpen()) {
                send(asker, timed);
            }
        }
        long last = System.nanoTime();
        while (busy > 0 && System.nanoTime() - last < PATIENCE) {
            if (selector.select(key -> read((Asker) key.attachment(), timed), 1_000) > 0) {
                last = System.nanoTime();
            }
        }
        if (busy > 0) {
            wrong(busy, "no answer");
        }
        double took = (System.nanoTime() - began) / 1e9;
        return new CallResults(answers, took, latencies, offered, wrong, sample);
    }

    private void send(Asker asker, IntSupplier next) {
        int index = next.getAsInt();
        if (index < 0) {
            return;
        }
        asker.index = index;
        asker.asked = System.nanoTime();
        asker.answer.clear();
        busy++;
        try {
            var request = ByteBuffer.wrap(fleet.kept(index, port));
            while (request.hasRemaining()) {
                asker.channel.write(request);
            }
        } catch (IOException e) {
            broke(asker, e.toString());
        }
    }

    private void read(Asker asker, IntSupplier next) {
        try {
            if (asker.channel.read(asker.answer) < 0 || !asker.answer.hasRemaining()) {
                broke(asker, "closed, or the answer is too long");
                return;
            }
        } catch (IOException e) {
            broke(asker, e.toString());
            return;
        }
        var text =
                new String(
                        asker.answer.array(),
                        0,
                        asker.answer.position(),
                        StandardCharsets.ISO_8859_1);
        if (whole(text)) {
            busy--;
            took(asker, text);
            send(asker, next);
        }
    }

    private static boolean whole(String text) {
        int end = text.indexOf("\r\n\r\n");
        if (end < 0) {
            return false;
        }
        for (int at = text.indexOf("\r\n"); at < end; at = text.indexOf("\r\n", at + 2)) {
            if (text.regionMatches(true, at + 2, LENGTH, 0, LENGTH.length())) {
                int from = at + 2 + LENGTH.length();
                int length = Integer.parseInt(text.substring(from, text.indexOf("\r\n", from)));
                return text.length() == end + 4 + length;
            }
        }
        throw new BenchFailure("an answer without a length: " + text);
    }

    private void took(Asker asker, String text) {
        answers++;
        latencies.add(System.nanoTime() - asker.asked);
        if (!text.startsWith("HTTP/1.1 200 ")
                || !text.contains("\"token\":\"")
                || text.contains("\"activation\"")) {
            wrong(1, text);
        } else if (text.contains(OFFER)) {
            offered.set(asker.index);
        }
    }

    private void broke(Asker asker, String why) {
        busy--;
        wrong(1, why);
        try {
            asker.channel.close();
        } catch (IOException e) {
            // Already broken.
        }
    }

    private void wrong(int count, String what) {
        sample = wrong == 0 ? what.replaceAll("\\s+", " ") : sample;
        wrong += count;
    }

    @Override
    public void close() throws IOException {
        for (Asker asker : all) {
            asker.channel.close();
        }
        selector.close();
    }
}
