package io.slipway.bench.checkin;

import io.slipway.bench.Child;
import io.slipway.bench.Memory;
import io.slipway.bench.Servers;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.function.IntFunction;

/** Runs that count instead of measuring speed: a server is slower during them. */
final class CountedRun {

    /** How many counted runs each server gets. */
    static final int RUNS = 2;

    /** The maximum duration of a recording. */
    static final int SECONDS = 10;

    private static final int STRACE_SECONDS = 2;

    /** Until connections, buffers and classes exist, without a device in memory. */
    private static final int TOUCH_SECONDS = 2;

    /** How much longer than expected a sweep may take. */
    private static final double SWEEP_ROOM = 1.2;

    private final Wrk wrk;
    private final Path work;

    CountedRun(Wrk wrk, Path work) {
        this.wrk = wrk;
        this.work = work;
    }

    /**
     * Counts on one server.
     *
     * @param load by seconds
     * @throws Supply.Dry if devices ran out
     */
    Counted run(Entrant entrant, IntFunction<Wrk.Load> load, int seconds) {
        Child child = entrant.server().child();
        var recording = Recording.start(child, work);
        Map<Long, ThreadKind.Used> before = ThreadKind.Used.of(child.pid());
        Wrk.Load counted = load.apply(seconds);
        Measurement seen = entrant.run(wrk, counted, entrant.settle(counted));
        Map<Long, ThreadKind.Used> after = ThreadKind.Used.of(child.pid());
        Recording.RecordedFigures found = recording.stop();
        note(entrant, "the counted run", seen);
        SystemCalls calls =
                SystemCalls.of(
                        child,
                        work,
                        () -> {
                            Wrk.Load some = load.apply(STRACE_SECONDS);
                            return entrant.run(wrk, some, Duration.ZERO);
                        });
        return new Counted(seen.requests(), found, ThreadKind.between(before, after), calls);
    }

    private static void note(Entrant entrant, String what, Measurement seen) {
        if (!entrant.bare()) {
            entrant.contestant().outcome().beside(what, seen);
        }
    }

    /**
     * Bytes of heap per bound pair: the difference between a server that all have called and one on
     * an empty store. Ends the entrant's server.
     *
     * @param rate check-ins per second, as measured
     */
    double liveBytes(Entrant entrant, CheckinOptions.Sizes sizes, double rate) throws IOException {
        Contestant one = entrant.contestant();
        sweep(entrant, sizes.bound(), rate);
        long full = Memory.heap(entrant.server().child());
        entrant.server().close();
        one.store().clear();
        try (Servers.Running empty = one.servers().real(one.store())) {
            var polls =
                    new Wrk.Load(
                            Phase.ACTIVATE,
                            Phase.ACTIVATE.first(),
                            sizes.pending(),
                            1,
                            false,
                            false,
                            TOUCH_SECONDS);
            // So that the other heap, too, contains what a recording leaves behind.
            Recording recording = Recording.start(empty.child(), work);
            note(entrant, "polls on an empty store", wrk.run(empty.port(), polls));
            recording.stop();
            return (full - Memory.heap(empty.child())) / (double) sizes.bound();
        }
    }

    private void sweep(Entrant entrant, int devices, double rate) {
        int seconds = 1 + (int) (devices / Math.max(1, rate) * SWEEP_ROOM);
        var load = new Wrk.Load(Phase.BOUND, Phase.BOUND.first(), devices, 1, false, true, seconds);
        wrk.sweep(Wrk.WrkTarget.own(entrant.server().port()), load)
                .forEach(seen -> note(entrant, "the sweep over all", seen));
        Servers.pause(entrant.settle(load));
    }
}
