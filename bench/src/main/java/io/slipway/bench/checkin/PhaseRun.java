package io.slipway.bench.checkin;

import io.slipway.bench.BenchFailure;
import io.slipway.bench.Child;
import io.slipway.bench.Fleet;
import io.slipway.bench.Probe;
import io.slipway.bench.Servers;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * One phase on fresh copies of the store, alternating between the bare handler and all contestants.
 */
final class PhaseRun {

    private final CheckinOptions options;
    private final Wrk wrk;
    private final Fleet fleet;
    private final PrintStream out;
    private final CountedRun counting;
    private int seed;

    /**
     * @param work folder for recordings
     */
    PhaseRun(CheckinOptions options, Wrk wrk, Fleet fleet, Path work, PrintStream out) {
        this.options = options;
        this.wrk = wrk;
        this.fleet = fleet;
        this.out = out;
        this.counting = new CountedRun(wrk, work);
    }

    /**
     * @param contestants this build first
     */
    void run(List<Contestant> contestants, Phase phase) throws IOException {
        var entrants = new ArrayList<Entrant>();
        try {
            for (Contestant one : contestants) {
                Servers.Running server = one.start(phase, fleet, options.sizes());
                entrants.add(new Entrant(one, server, supply()));
            }
            Probe.Answer answer = null;
            for (Entrant entrant : entrants.reversed()) {
                answer = probe(entrant, phase);
            }
            entrants.addFirst(
                    new Entrant(null, contestants.getFirst().servers().bare(answer), supply()));
            try {
                inTurns(phase, entrants, false);
                if (options.connectionClose()) {
                    inTurns(phase, entrants, true);
                }
                for (Contestant one : contestants) {
                    one.outcome().complaints.addAll(one.log().warnings());
                }
                for (Entrant entrant : entrants) {
                    peak(entrant);
                }
                // Only at the end: a recording makes a server slower afterwards.
                counted(phase, entrants, false);
                if (options.connectionClose()) {
                    counted(phase, entrants, true);
                }
            } catch (Supply.Dry e) {
                String error = phase.label() + ": " + e.getMessage();
                contestants.forEach(one -> one.outcome().errors.add(error));
            }
            for (Entrant entrant : entrants) {
                if (!entrant.bare()) {
                    end(entrant, phase);
                }
            }
        } finally {
            entrants.forEach(entrant -> entrant.server().close());
        }
    }

    private Supply supply() {
        int each = options.runs() + (options.warmup() > 0 ? 1 : 0) + CountedRun.RUNS;
        int runs = options.connectionClose() ? 2 * each : each;
        return new Supply("--imported", options.sizes().imported(), runs);
    }

    private static Probe.Answer noAnswer() {
        throw new BenchFailure("the server does not answer");
    }

    private Probe.Answer probe(Entrant entrant, Phase phase) {
        int port = entrant.server().port();
        entrant.supply().one();
        return Probe.send(port, fleet.request(phase.first(), phase.activate(), port))
                .orElseGet(PhaseRun::noAnswer);
    }

    private void counted(Phase phase, List<Entrant> entrants, boolean close) {
        out.println("  counting " + Figures.label(phase, close));
        Counted bare = null;
        int longest = Math.min(options.seconds(), CountedRun.SECONDS);
        for (Entrant entrant : entrants) {
            Counted counted =
                    counting.run(
                            entrant, seconds -> load(phase, entrants, close, seconds), longest);
            if (entrant.bare()) {
                bare = counted;
            } else {
                Outcome outcome = entrant.contestant().outcome();
                outcome.counts.add(new Outcome.Counts(phase, close, counted, bare));
            }
        }
    }

    private static void peak(Entrant entrant) {
        if (!entrant.bare()) {
            Outcome outcome = entrant.contestant().outcome();
            double now = entrant.server().child().peakMegabytes();
            outcome.peakMegabytes = Math.max(outcome.peakMegabytes, now);
        }
    }

    private void end(Entrant entrant, Phase phase) throws IOException {
        Contestant one = entrant.contestant();
        Child child = entrant.server().child();
        Outcome outcome = one.outcome();
        if (phase == Phase.BOUND) {
            double rate =
                    outcome.figures.stream()
                            .filter(f -> f.phase() == phase && !f.connectionClose())
                            .mapToDouble(Figures::perSecond)
                            .sum();
            outcome.liveBytesAPair = counting.liveBytes(entrant, options.sizes(), rate);
        }
        if (phase.promises()) {
            child.kill();
            // The device whose answer was checked was promised something, too.
            long shown = entrant.promises() + 1;
            outcome.kept.put(phase, new Outcome.Durability(shown, one.found(phase)));
        }
        one.log().skip();
    }

    private void inTurns(Phase phase, List<Entrant> entrants, boolean close) {
        if (options.warmup() > 0) {
            Wrk.Load load = load(phase, entrants, close, options.warmup());
            for (Entrant entrant : entrants) {
                Measurement warm = entrant.run(wrk, load, Duration.ZERO);
                if (!entrant.bare()) {
                    entrant.contestant()
                            .outcome()
                            .beside("the warm-up of " + Figures.label(phase, close), warm);
                }
            }
        }
        for (int run = 1; run <= options.runs(); run++) {
            Wrk.Load load = load(phase, entrants, close, options.seconds());
            for (Entrant entrant : entrants) {
                print(phase, entrant.name(), run, entrant.count(wrk, load));
            }
        }
        List<Measurement> bare = List.of();
        for (Entrant entrant : entrants) {
            if (entrant.bare()) {
                bare = entrant.takeRuns();
            } else {
                var figures = new Figures(phase, close, entrant.takeRuns(), bare);
                entrant.contestant().outcome().figures.add(figures);
            }
        }
    }

    // The same for all, so that they have done as much when they are compared.
    private Wrk.Load load(Phase phase, List<Entrant> entrants, boolean close, int wanted) {
        int seconds = wanted;
        if (phase == Phase.IMPORT) {
            for (Entrant entrant : entrants) {
                seconds = entrant.bare() ? seconds : entrant.supply().seconds(seconds);
            }
        }
        int devices = phase == Phase.ACTIVATE ? options.sizes().pending() : options.sizes().bound();
        return new Wrk.Load(phase, phase.first(), devices, ++seed, close, false, seconds);
    }

    private void print(Phase phase, String server, int run, Measurement m) {
        out.printf(
                Locale.ROOT,
                "  %-8s %-8s run %d: %,8.0f req/s  p50 %6.2f ms  p99 %6.2f ms  CPU %5.1f µs%s%n",
                phase.label(),
                server,
                run,
                m.perSecond(),
                m.p50(),
                m.p99(),
                m.cpuMicros(),
                m.answers().bad() == 0 ? "" : "  WRONG " + m.answers().bad());
    }
}
