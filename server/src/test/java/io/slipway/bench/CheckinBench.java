package io.slipway.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * {@code ./slipway bench checkin}: a million devices in the store, the real server and a bare
 * handler of the same framework in turns.
 */
public final class CheckinBench {

    private static final Command<BenchOptions> COMMAND =
            new Command<>(
                    "checkin",
                    BenchOptions.HELP,
                    BenchOptions::parse,
                    (options, home, results, out) ->
                            new CheckinBench(options, home, results, out).run());

    private final BenchOptions options;
    private final Path home;
    private final Path results;
    private final Path work;
    private final PrintStream out;

    private CheckinBench(BenchOptions options, Path home, Path results, PrintStream out) {
        this.options = options;
        this.home = home;
        this.results = results;
        this.work = results.resolve("run");
        this.out = out;
    }

    public static void main(String[] arguments) {
        COMMAND.main(arguments);
    }

    static int run(PrintStream out, PrintStream err, Path home, String... arguments) {
        return COMMAND.run(out, err, home, arguments);
    }

    private boolean run() throws IOException {
        try {
            return measure();
        } finally {
            // The logs stay, until the next time.
            Folders.delete(work.resolve("data"));
        }
    }

    private boolean measure() throws IOException {
        Folders.delete(work);
        Files.createDirectories(work);
        var fleet = new Fleet(home.resolve("bench"));
        Wrk wrk = Wrk.find(options.installWrk(), home.resolve("bench"), work, out);
        var servers = new Servers(work, fleet, Servers.How.built(home));
        Map<String, Object> machine = Machine.facts(results);
        var outcomes = new ArrayList<Outcome>();
        try (Store store = new SqliteStore(results, work, options.devices())) {
            outcomes.add(on(store, fleet, servers, wrk));
        }
        if (options.postgres()) {
            try (Store store = new PostgresStore(results, options.devices())) {
                outcomes.add(on(store, fleet, servers, wrk));
            }
        }
        var report = new Report(out);
        out.println();
        report.machine(machine);
        for (Outcome outcome : outcomes) {
            report.outcome(outcome, outcome == outcomes.getFirst());
        }
        out.println("\nfigures in " + write(machine, outcomes));
        boolean right = outcomes.stream().allMatch(Outcome::right);
        if (!right) {
            out.println("what the servers said is in " + work);
        }
        return right;
    }

    private Outcome on(Store store, Fleet fleet, Servers servers, Wrk wrk) throws IOException {
        var filled = new Store.Filled(home, fleet, options.devices(), options.fresh());
        store.fill(filled, out);
        store.copy();
        var outcome = new Outcome(store.label(), store.durability());
        for (int i = 0; i < options.starts(); i++) {
            try (Servers.Running server = servers.real(store)) {
                outcome.starts.add(server.start());
            }
        }
        for (Phase phase : Phase.values()) {
            if (options.phases().contains(phase)) {
                out.println(store.label() + ", " + phase.label());
                new PhaseRun(options, servers, wrk, fleet, out).run(store, phase, outcome);
            }
        }
        outcome.complaints.addAll(complaints(servers.log(store)));
        return outcome;
    }

    // A warning under load is a finding, even when every answer was right.
    private static List<String> complaints(Path log) throws IOException {
        try (var lines = Files.lines(log)) {
            return lines.filter(line -> line.contains(" WARNING ") || line.contains(" SEVERE "))
                    .limit(20)
                    .toList();
        }
    }

    private Path write(Map<String, Object> machine, List<Outcome> outcomes) throws IOException {
        var all = new LinkedHashMap<String, Object>();
        all.put("devices", options.devices());
        all.put("connections", Wrk.CONNECTIONS);
        all.put("machine", machine);
        all.put("stores", outcomes.stream().map(Outcome::json).toList());
        return Command.write("checkin", options, results, all);
    }
}
