package io.slipway.bench.checkin;

import io.slipway.bench.Child;
import io.slipway.bench.Memory;
import io.slipway.bench.Servers;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.function.IntFunction;

/** Runs that count instead of measuring how fast: a server is slower while they last. */
final class CountedRun {

    /** How often each server is asked for it. */
    static final int RUNS = 2;

    /** The longest that is recorded. */
    static final int SECONDS = 10;

    private static final int STRACE_SECONDS = 2;

    /** Until connections, buffers and classes are there without a device in memory. */
    private static final int TOUCH_SECONDS = 2;

    /** How much longer than it should take a sweep is given. */
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
     * @param load of so many seconds
     * @throws Supply.Dry when devices ran out
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
     * What a bound pair takes of the heap, in bytes: of the server that all have called, and of one
     * on an empty store. It ends the entrant's server.
     *
     * @param rate check-ins a second, as measured
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
            // What a recording leaves behind is in the other heap, too.
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
