package io.slipway.bench.sessions;

import io.slipway.bench.BenchFailure;
import io.slipway.bench.Latencies;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.IntFunction;

/** Many sessions with one server, from one thread. */
final class Callers implements AutoCloseable {

    /** Concurrent handshakes. */
    private static final int AT_ONCE = 128;

    /**
     * A client's address has 28,000 ports, and finding a free one takes the kernel ever longer. All
     * of 127.0.0.0/8 is this machine.
     */
    private static final int PER_ADDRESS = 5_000;

    /** Without any progress for this long, opening has failed. */
    private static final Duration STUCK = Duration.ofSeconds(15);

    /** A frame that does not come back within this time is lost. */
    private static final Duration LAST_FRAMES = Duration.ofSeconds(5);

    private static final long MILLION = 1_000_000;

    /** Between two checks for frames that came back, in ns; the kernel adds up to 50 µs. */
    private static final long NAP = 40_000;

    private final LineLoop loop;
    private final Caller.Target target;
    private final List<Caller> callers = new ArrayList<>();
    private int ready;
    private int failures;
    private String failure = "";
    private boolean measuring;
    private long heard;
    private Latencies latencies = new Latencies();

    private final Caller.Events events =
            new Caller.Events() {
                @Override
                public void ready(Caller caller) {
                    ready++;
                }

                @Override
                public void heard(long nanos) {
                    if (measuring) {
                        heard++;
                        latencies.add(nanos);
                    }
                }

                @Override
                public void failed(String why) {
                    if (failures++ == 0) {
                        failure = why;
                    }
                }
            };

    Callers(Caller.Target target) throws IOException {
        this.target = target;
        this.loop = new LineLoop();
    }

    /**
     * Opens sessions; returns when all have their hello.
     *
     * @param upgrades the handshake of each
     * @throws BenchFailure if one is refused or there is no progress
     */
    void open(int count, IntFunction<byte[]> upgrades) throws IOException {
        long progress = System.nanoTime();
        int before = 0;
        while (ready < count) {
            while (callers.size() < count && callers.size() - ready < AT_ONCE) {
                int index = callers.size();
                callers.add(caller(index, upgrades.apply(index)));
            }
            loop.turn(100);
            long now = System.nanoTime();
            if (ready > before) {
                before = ready;
                progress = now;
            }
            if (failures > 0 || now - progress > STUCK.toNanos()) {
                throw new BenchFailure(
                        String.format(
                                "%,d of %,d sessions with %s opened, then: %s",
                                ready,
                                count,
                                target.label(),
                                failures > 0
                                        ? failure
                                        : "nothing for " + STUCK.toSeconds() + " s"));
            }
        }
    }

    private Caller caller(int index, byte[] upgrade) throws IOException {
        SocketChannel channel = SocketChannel.open();
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        var from = InetAddress.ofLiteral("127.0.0." + (2 + index / PER_ADDRESS));
        channel.bind(new InetSocketAddress(from, 0));
        channel.configureBlocking(false);
        channel.connect(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), target.port()));
        return new Caller(loop, channel, target, index, upgrade, events);
    }

    /** Stays in the sessions until something else is done. */
    void stay(BooleanSupplier done) {
        while (!done.getAsBoolean()) {
            loop.turn(20);
        }
    }

    /** Sessions that ended unexpectedly. */
    int failures() {
        return failures;
    }

    /** Why the first of them did; empty if none did. */
    String failure() {
        return failure;
    }

    /**
     * Lets all sessions speak, each a frame every {@link Speech#PERIOD_MS}, staggered.
     *
     * @param lead warm-up, which is not counted
     * @param reads what is read at the beginning and at the end of the counted time
     */
    Talk talk(Duration lead, Duration length, Runnable reads) {
        callers.forEach(Caller::listen);
        long spacing = Speech.PERIOD_MS * MILLION / callers.size();
        long began = System.nanoTime();
        long from = began + lead.toNanos();
        long until = from + length.toNanos();
        latencies = new Latencies();
        heard = 0;
        var late = new Latencies();
        long said = 0;
        long frame = 0;
        long now = began;
        while (now < until) {
            if (!measuring && now >= from) {
                reads.run();
                measuring = true;
                from = now;
            }
            for (long due = began + frame * spacing; due <= now; due += spacing) {
                callers.get((int) (frame++ % callers.size())).speak(System.nanoTime());
                if (measuring) {
                    said++;
                    late.add(now - due);
                }
            }
            // Waiting in the selector would delay the next frames, and make it speak in bursts that
            // are longer the sooner answers come.
            loop.turn(0);
            LockSupport.parkNanos(Math.min(NAP, spacing));
            now = System.nanoTime();
        }
        measuring = false;
        reads.run();
        double seconds = (now - from) / 1e9;
        long missing = missing(now + LAST_FRAMES.toNanos());
        return new Talk(
                target.label(),
                callers.size(),
                seconds,
                said,
                heard,
                new Talk.TalkErrors(
                        missing + failures,
                        failure.isEmpty() && missing > 0 ? "frames never came back" : failure),
                latencies,
                late);
    }

    private long missing(long until) {
        long missing;
        do {
            loop.turn(5);
            missing = callers.stream().mapToLong(Caller::missing).sum();
        } while (missing > 0 && failures == 0 && System.nanoTime() < until);
        return missing;
    }

    /** Closes TCP without further ado, as devices do. */
    @Override
    public void close() {
        callers.forEach(Caller::close);
        loop.turn(0);
        loop.close();
    }
}
