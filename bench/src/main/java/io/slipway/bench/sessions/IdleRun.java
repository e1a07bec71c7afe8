package io.slipway.bench.sessions;

import io.slipway.bench.BenchFailure;
import io.slipway.bench.Fleet;
import io.slipway.bench.Memory;
import io.slipway.bench.Servers;
import io.slipway.bench.Store;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** Sessions that are idle after hello: their cost in memory. */
public final class IdleRun {

    /** Sessions that are opened and closed first, so that classes and buffers already exist. */
    static final int FIRST = 2_000;

    /** The server ends idle sessions after this time: all must be opened and measured within it. */
    private static final Duration SILENCE = Duration.ofSeconds(115);

    /** After all have closed, at most; few sessions leave little behind. */
    private static final Duration SETTLE = Duration.ofSeconds(5);

    private static final Duration SETTLE_EACH = Duration.ofMillis(50);

    private static final Map<String, String> SETTINGS =
            Map.of(
                    "SLIPWAY_SESSION_IDLE_TIMEOUT",
                    SILENCE.toSeconds() + " s",
                    "SLIPWAY_SESSION_MOST",
                    "1000000");

    private final Servers servers;
    private final Fleet fleet;
    private final Path work;
    private final PrintStream out;

    /**
     * The results.
     *
     * @param opening seconds that it took to open all
     * @param before the server's memory without them
     * @param with its memory with all
     * @param after its memory when they were gone
     * @param peakMegabytes the peak memory of the process
     */
    public record IdleFigures(
            int sessions,
            double opening,
            Memory before,
            Memory with,
            Memory after,
            double peakMegabytes) {

        private double each(long bytes) {
            return bytes / 1e3 / sessions;
        }

        /** kB of 1000 bytes per session. */
        public double heap() {
            return each(with.minus(before).heap());
        }

        public double offHeap() {
            return each(with.minus(before).offHeap());
        }

        public double process() {
            return each(with.minus(before).process());
        }

        /** kB of live objects for each closed session. */
        public double left() {
            return each(after.minus(before).heap());
        }

        Map<String, Object> json() {
            var map = new LinkedHashMap<String, Object>();
            map.put("sessions", sessions);
            map.put("openingSeconds", opening);
            map.put("heapKbEach", heap());
            map.put("offHeapKbEach", offHeap());
            map.put("processKbEach", process());
            map.put("heapKbEachAfter", left());
            map.put("before", before);
            map.put("with", with);
            map.put("after", after);
            map.put("peakMemoryMb", peakMegabytes);
            return map;
        }
    }

    IdleRun(Servers servers, Fleet fleet, Path work, PrintStream out) {
        this.servers = servers;
        this.fleet = fleet;
        this.work = work;
        this.out = out;
    }

    /** Devices that must be bound for {@code sessions}. */
    static int devices(int sessions) {
        return sessions + Math.min(sessions, FIRST);
    }

    IdleFigures run(Store store, int sessions) throws IOException {
        store.copy();
        try (Servers.Running server = servers.real(store, SETTINGS, List.of(Memory.TRACKING))) {
            int first = Math.min(sessions, FIRST);
            String[] tokens = new CheckIns(fleet, server.port()).tokens(devices(sessions));
            var handshakes = new Handshakes(server.port(), tokens);
            var target = new Caller.Target("slipway", server.port(), true, Speech.DOWN);
            try (var callers = new Callers(target)) {
                callers.open(first, index -> handshakes.of(sessions + index));
            }
            Servers.pause(settle(first));
            Memory before = memory(server, "before");
            Memory with;
            double opening;
            try (var callers = new Callers(target)) {
                long began = System.nanoTime();
                callers.open(sessions, handshakes::of);
                opening = (System.nanoTime() - began) / 1e9;
                out.printf(Locale.ROOT, "  %,d sessions, opened in %.1f s%n", sessions, opening);
                var measured = CompletableFuture.supplyAsync(() -> memory(server, "with"));
                callers.stay(measured::isDone);
                with = measured.join();
                if (callers.failures() > 0) {
                    throw new BenchFailure(
                            String.format(
                                    Locale.ROOT,
                                    "%,d of %,d idle sessions ended during the measurement: %s",
                                    callers.failures(),
                                    sessions,
                                    callers.failure()));
                }
            }
            Servers.pause(settle(sessions));
            return new IdleFigures(
                    sessions,
                    opening,
                    before,
                    with,
                    memory(server, "after"),
                    server.child().peakMegabytes());
        }
    }

    private static Duration settle(int gone) {
        Duration all = SETTLE_EACH.multipliedBy(gone);
        return all.compareTo(SETTLE) < 0 ? all : SETTLE;
    }

    private Memory memory(Servers.Running server, String when) {
        return Memory.of(server.child(), work.resolve("memory-" + when + ".txt"));
    }
}
