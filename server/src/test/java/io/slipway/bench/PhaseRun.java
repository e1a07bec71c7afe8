package io.slipway.bench;

import io.slipway.activation.FilledCodes;
import io.slipway.sql.Database;
import io.slipway.sql.Plane;
import java.io.IOException;
import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** One phase on a fresh copy of the store: server and bare handler in turns. */
final class PhaseRun {

    /** What the server writes behind its answers it has written by then; it is part of the cost. */
    private static final Duration SETTLE = Duration.ofSeconds(6);

    private final BenchOptions options;
    private final Servers servers;
    private final Wrk wrk;
    private final Fleet fleet;
    private final PrintStream out;
    private int seed;
    private long codes;

    PhaseRun(BenchOptions options, Servers servers, Wrk wrk, Fleet fleet, PrintStream out) {
        this.options = options;
        this.servers = servers;
        this.wrk = wrk;
        this.fleet = fleet;
        this.out = out;
    }

    void run(Store store, Phase phase, Outcome outcome) throws IOException {
        store.copy();
        if (phase == Phase.ACTIVATE) {
            try (Database database = Database.open(store.config())) {
                new Fill(database, store.folder(), fleet).codes(options.pending());
            }
        }
        try (Servers.Running real = servers.real(store)) {
            byte[] request = fleet.request(phase.first(), phase.activate(), real.port());
            Probe.Answer answer =
                    Probe.send(real.port(), request)
                            .orElseThrow(() -> new BenchFailure("the server does not answer"));
            codes = 0;
            try (Servers.Running bare = servers.bare(answer)) {
                inTurns(store, phase, real, bare, false, outcome);
                if (options.connectionClose()) {
                    inTurns(store, phase, real, bare, true, outcome);
                }
            }
            outcome.peakMegabytes = Math.max(outcome.peakMegabytes, real.child().peakMegabytes());
            if (phase == Phase.NEW) {
                real.child().kill();
                outcome.codes = new Outcome.Codes(codes, live(store));
            }
        }
    }

    private static long live(Store store) {
        try (Database database = Database.open(store.config())) {
            return database.read(Plane.CONSOLE, FilledCodes::live);
        }
    }

    private void inTurns(
            Store store,
            Phase phase,
            Servers.Running real,
            Servers.Running bare,
            boolean close,
            Outcome outcome) {
        if (options.warmup() > 0) {
            measure(store, phase, bare, close, options.warmup(), Duration.ZERO);
            Measurement warm = measure(store, phase, real, close, options.warmup(), Duration.ZERO);
            outcome.warmedUp(phase, warm);
            count(phase, warm);
        }
        List<Measurement> ofBare = new ArrayList<>();
        List<Measurement> ofReal = new ArrayList<>();
        for (int run = 1; run <= options.runs(); run++) {
            ofBare.add(measure(store, phase, bare, close, options.seconds(), Duration.ZERO));
            say(phase, "bare", run, ofBare.getLast());
            ofReal.add(measure(store, phase, real, close, options.seconds(), SETTLE));
            say(phase, "slipway", run, ofReal.getLast());
            count(phase, ofReal.getLast());
        }
        outcome.figures.add(new Figures(store.label(), phase, close, ofReal, ofBare));
    }

    private Measurement measure(
            Store store,
            Phase phase,
            Servers.Running server,
            boolean close,
            int seconds,
            Duration settle) {
        int devices = phase == Phase.ACTIVATE ? options.pending() : options.devices();
        double before = server.child().cpu();
        double database = store.cpu();
        Measurement seen = wrk.run(server.port(), phase, devices, ++seed, close, seconds);
        Servers.pause(settle);
        return seen.withCpu(server.child().cpu() - before, store.cpu() - database);
    }

    // The one that was asked to see an answer had a code too.
    private void count(Phase phase, Measurement seen) {
        codes += phase == Phase.NEW ? seen.codes() : 0;
    }

    private void say(Phase phase, String server, int run, Measurement m) {
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
                m.wrong() + m.failures() == 0 ? "" : "  WRONG " + (m.wrong() + m.failures()));
    }
}
