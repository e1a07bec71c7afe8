package io.slipway.bench.checkin;

import io.slipway.bench.Child;
import io.slipway.bench.Command;
import io.slipway.bench.Fleet;
import io.slipway.bench.Folders;
import io.slipway.bench.Machine;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;

/**
 * {@code ./slipway bench checkin --against URL}: the same load on an existing server, of any kind.
 * It can't be filled, so its devices are either new to it, or listed in a file.
 */
final class AgainstRun {

    private static final String ROW = "%-10s %-22s %9s %9s %9s %9s %9s %8s%n";

    /** Devices that show a code must be known there before they poll. */
    private static final int FIRST_SECONDS = 3;

    /** With this many runs of one benchmark, there are still unused indices for new devices. */
    private static final int SEEDS = 1_000;

    private final CheckinOptions options;
    private final Path home;
    private final Path results;
    private final Path work;
    private final PrintStream out;
    private final List<String> notes = new ArrayList<>();
    private int seed;
    private boolean right = true;

    /** All runs of one kind. */
    private record Runs(Phase phase, boolean close, List<Measurement> runs) {
        private Map<String, Object> json() {
            var map = new LinkedHashMap<String, Object>();
            map.put("phase", phase.label());
            map.put("connection", close ? "close" : "keep-alive");
            map.put("server", Figures.medians(runs));
            map.put("runs", runs);
            return map;
        }
    }

    AgainstRun(CheckinOptions options, Path home, Path results, PrintStream out) {
        this.options = options;
        this.home = home;
        this.results = results;
        this.work = results.resolve("against");
        this.out = out;
        // The server remembers the new devices of the last time, so others are used.
        this.seed = new Random().nextInt(SEEDS);
    }

    /** Measures and reports; false if an answer was wrong. */
    boolean run() throws IOException {
        Folders.delete(work);
        Files.createDirectories(work);
        Wrk wrk =
                Wrk.find(
                        options.installWrk(),
                        Fleet.scripts(home),
                        work,
                        options.sizes().connections(),
                        out);
        Wrk.WrkTarget target = options.against().target();
        Map<String, Object> machine = Machine.facts(results);
        var all = new ArrayList<Runs>();
        for (Phase phase : Phase.values()) {
            if (options.phases().contains(phase)) {
                out.println(target.url() + target.path() + ", " + phase.label());
                if (phase == Phase.ACTIVATE) {
                    Wrk.Load first =
                            new Wrk.Load(
                                    Phase.NEW,
                                    phase.first(),
                                    options.sizes().pending(),
                                    1,
                                    false,
                                    true,
                                    FIRST_SECONDS);
                    wrk.sweep(target, first)
                            .forEach(seen -> note("check-ins before the polls", seen));
                }
                all.add(runs(wrk, target, phase, false));
                if (options.connectionClose()) {
                    all.add(runs(wrk, target, phase, true));
                }
            }
        }
        report(machine, target, all);
        return right;
    }

    private Runs runs(Wrk wrk, Wrk.WrkTarget target, Phase phase, boolean close) {
        if (options.warmup() > 0) {
            note(
                    "answers in the warm-up of " + phase.label(),
                    wrk.run(target, load(phase, close, options.warmup())));
        }
        var runs = new ArrayList<Measurement>();
        for (int run = 1; run <= options.runs(); run++) {
            double before = cpu();
            Measurement seen = wrk.run(target, load(phase, close, options.seconds()));
            seen = seen.withCpu(cpu() - before, 0);
            note("answers of " + Figures.label(phase, close), seen);
            out.printf(
                    Locale.ROOT,
                    "  run %d: %,8.0f req/s  p50 %6.2f ms  p99 %6.2f ms%n",
                    run,
                    seen.perSecond(),
                    seen.p50(),
                    seen.p99());
            runs.add(seen);
        }
        return new Runs(phase, close, runs);
    }

    private Wrk.Load load(Phase phase, boolean close, int seconds) {
        return new Wrk.Load(
                phase, phase.first(), options.sizes().pending(), ++seed, close, false, seconds);
    }

    private double cpu() {
        return options.against().pid() == 0 ? 0 : Child.cpu(options.against().pid());
    }

    private void note(String what, Measurement seen) {
        if (seen.answers().bad() > 0) {
            right = false;
            notes.add(
                    String.format(
                            Locale.ROOT,
                            "WRONG: %,d %s were wrong, %,d never came; such as: %s",
                            seen.answers().wrong(),
                            what,
                            seen.answers().failures(),
                            seen.answers().sample()));
        }
    }

    private void report(Map<String, Object> machine, Wrk.WrkTarget target, List<Runs> all)
            throws IOException {
        out.println();
        Machine.print(machine, out);
        out.printf("%n%s%s%n", target.url(), target.path());
        out.printf(ROW, "server", "phase", "req/s", "p50 ms", "p99 ms", "max ms", "CPU µs", "bad");
        for (Runs one : all) {
            out.printf(
                    ROW,
                    "named",
                    Figures.label(one.phase(), one.close()),
                    CheckinReport.number("%,.0f", one.runs(), Measurement::perSecond),
                    CheckinReport.number("%.2f", one.runs(), Measurement::p50),
                    CheckinReport.number("%.2f", one.runs(), Measurement::p99),
                    CheckinReport.number("%.2f", one.runs(), Measurement::max),
                    options.against().pid() == 0
                            ? "-"
                            : CheckinReport.number("%.1f", one.runs(), Measurement::cpuMicros),
                    one.runs().stream().mapToLong(m -> m.answers().bad()).sum());
        }
        notes.forEach(out::println);
        var json = new LinkedHashMap<String, Object>();
        json.put("against", target.url() + target.path());
        json.put("connections", options.sizes().connections());
        json.put("machine", machine);
        json.put("figures", all.stream().map(Runs::json).toList());
        json.put("notes", notes);
        out.println("\nfigures in " + Command.write("against", options, results, json));
    }
}
