package io.slipway.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * {@code ./slipway bench checkin}: a million devices in the store, the real server and a bare
 * handler of the same framework in turns.
 */
public final class CheckinBench {

    private static final Logger QUIET = Logger.getLogger("");

    private final BenchOptions options;
    private final Path home;
    private final Path results;
    private final Path work;
    private final PrintStream out;

    private CheckinBench(BenchOptions options, Path home, PrintStream out) throws IOException {
        this.options = options;
        this.home = home;
        this.out = out;
        results = Files.createDirectories(home.resolve("bench-results"));
        work = results.resolve("run");
    }

    public static void main(String[] arguments) {
        // The report is what is to be read; migrations tell about themselves by the dozen.
        QUIET.setLevel(Level.WARNING);
        var out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        System.exit(run(out, System.err, Path.of(System.getProperty("slipway.home")), arguments));
    }

    static int run(PrintStream out, PrintStream err, Path home, String... arguments) {
        BenchOptions options;
        try {
            options = BenchOptions.parse(arguments);
        } catch (IllegalArgumentException e) {
            err.println("bench checkin: " + e.getMessage() + " (see --help)");
            return 2;
        }
        if (options.help()) {
            out.print(BenchOptions.HELP);
            return 0;
        }
        try {
            var bench = new CheckinBench(options, home, out);
            try {
                return bench.run() ? 0 : 1;
            } finally {
                // The logs stay, until the next time.
                Folders.delete(bench.work.resolve("data"));
            }
        } catch (BenchFailure e) {
            err.println("bench checkin: " + e.getMessage());
            return 1;
        } catch (IOException e) {
            err.println("bench checkin: " + e);
            return 1;
        }
    }

    private boolean run() throws IOException {
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
        String time =
                DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss")
                        .format(LocalDateTime.now(ZoneId.systemDefault()));
        Path file =
                options.json() != null
                        ? options.json().toAbsolutePath()
                        : results.resolve("checkin-" + time + ".json");
        var all = new LinkedHashMap<String, Object>();
        all.put("time", time);
        all.put("devices", options.devices());
        all.put("seconds", options.seconds());
        all.put("warmup", options.warmup());
        all.put("connections", Wrk.CONNECTIONS);
        all.put("machine", machine);
        all.put("stores", outcomes.stream().map(Outcome::json).toList());
        new ObjectMapper().writerWithDefaultPrettyPrinter().writeValue(file.toFile(), all);
        return file;
    }
}
