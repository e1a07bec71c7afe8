package io.slipway.bench.checkin;

import io.slipway.bench.BenchFailure;
import io.slipway.bench.Command;
import io.slipway.bench.Fleet;
import io.slipway.bench.Folders;
import io.slipway.bench.Machine;
import io.slipway.bench.PostgresStore;
import io.slipway.bench.Servers;
import io.slipway.bench.SqliteStore;
import io.slipway.bench.Store;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * {@code ./slipway bench checkin}: a million devices in the store, alternating between the real
 * server and a bare handler of the same framework.
 */
public final class CheckinBench {

    private static final Command<CheckinOptions> COMMAND =
            new Command<>("checkin", CheckinArguments::arguments, CheckinBench::run);

    private final CheckinOptions options;
    private final Path home;
    private final Path results;
    private final Path work;
    private final Servers.How how;
    private final Servers.How other;
    private final PrintStream out;

    /**
     * @param how starts this build's server
     * @param other starts that of the build to compare with; null for none
     */
    CheckinBench(
            CheckinOptions options,
            Path home,
            Path results,
            Servers.How how,
            Servers.How other,
            PrintStream out) {
        this.options = options;
        this.home = home;
        this.results = results;
        this.work = results.resolve("run");
        this.how = how;
        this.other = other;
        this.out = out;
    }

    private static boolean run(CheckinOptions options, Path home, Path results, PrintStream out)
            throws IOException {
        if (options.against() != null) {
            return new AgainstRun(options, home, results, out).run();
        }
        Servers.How how = Servers.How.built(home);
        return new CheckinBench(options, home, results, how, other(options.compare()), out).run();
    }

    private static Servers.How other(Path home) {
        return home == null ? null : Servers.How.built(home);
    }

    public static void main(String[] arguments) {
        COMMAND.main(arguments);
    }

    static int run(PrintStream out, PrintStream err, Path home, String... arguments) {
        return COMMAND.run(out, err, home, arguments);
    }

    /** Measures and reports; false if something was wrong. */
    boolean run() throws IOException {
        try {
            return measure();
        } finally {
            // The logs stay until the next time.
            Folders.delete(work.resolve("data"));
            Folders.delete(work.resolve("other/data"));
        }
    }

    private boolean measure() throws IOException {
        Folders.delete(work);
        Files.createDirectories(work);
        var fleet = new Fleet(Fleet.scripts(home));
        Wrk wrk =
                Wrk.find(
                        options.installWrk(),
                        Fleet.scripts(home),
                        work,
                        options.sizes().connections(),
                        out);
        Map<String, Object> machine = Machine.facts(results);
        machine.put("commit", Machine.commit(home));
        if (options.compare() != null) {
            machine.put(
                    "other", options.compare() + ", commit " + Machine.commit(options.compare()));
        }
        var outcomes = new ArrayList<List<Outcome>>();
        int devices = options.sizes().bound();
        try (Store store = new SqliteStore(results, work, devices)) {
            outcomes.add(on(store, fleet, wrk));
        }
        if (options.stores().postgres()) {
            try (Store store = new PostgresStore(results, devices)) {
                outcomes.add(on(store, fleet, wrk));
            }
        }
        var report = new CheckinReport(out);
        out.println();
        Machine.print(machine, out);
        for (List<Outcome> ofStore : outcomes) {
            report.outcomes(ofStore, ofStore == outcomes.getFirst());
        }
        var all = outcomes.stream().flatMap(List::stream).toList();
        out.println("\nfigures in " + write(machine, all));
        boolean right = all.stream().allMatch(Outcome::right);
        if (!right) {
            out.println("the servers' output is in " + work);
        }
        return right;
    }

    private List<Outcome> on(Store store, Fleet fleet, Wrk wrk) throws IOException {
        int devices = options.sizes().bound();
        store.fill(new Store.Filled(home, fleet, devices, options.stores().fresh()), out);
        List<Contestant> contestants = contestants(store, fleet);
        for (Contestant one : contestants) {
            one.store().copy();
        }
        for (int i = 0; i < options.sizes().starts(); i++) {
            for (Contestant one : contestants) {
                try (Servers.Running server = one.servers().real(one.store())) {
                    one.outcome().starts.add(server.start());
                }
            }
        }
        for (Phase phase : Phase.values()) {
            if (options.phases().contains(phase)) {
                out.println(store.label() + ", " + phase.label());
                new PhaseRun(options, wrk, fleet, work, out).run(contestants, phase);
            }
        }
        return contestants.stream().map(Contestant::outcome).toList();
    }

    private List<Contestant> contestants(Store store, Fleet fleet) throws IOException {
        store.copy();
        var ours = new Outcome("slipway", store.label(), store.durability());
        var all = new ArrayList<Contestant>();
        all.add(Contestant.of(new Servers(work, fleet, how), store, ours));
        if (other != null) {
            // A separate folder: builds may differ in how they store their data.
            Path folder = Files.createDirectories(work.resolve("other"));
            var copy = new SqliteStore(results, folder, options.sizes().bound());
            var theirs = new Outcome("other", store.label(), ours.durability);
            var servers = new Servers(folder, fleet, other);
            all.add(Contestant.of(servers, copy, theirs));
            copy.copy();
            opens(servers, copy);
        }
        return all;
    }

    private static void opens(Servers servers, Store copy) throws IOException {
        try {
            servers.real(copy).close();
        } catch (BenchFailure e) {
            throw new BenchFailure(
                    "the other build can't serve the store that this one filled, for example because it"
                            + " has an unknown migration. Its output: "
                            + new ServerLog(servers.log(copy)).lastWords());
        }
    }

    private Path write(Map<String, Object> machine, List<Outcome> outcomes) throws IOException {
        var all = new LinkedHashMap<String, Object>();
        all.put("devices", options.sizes().bound());
        all.put("connections", options.sizes().connections());
        all.put("machine", machine);
        all.put("stores", outcomes.stream().map(Outcome::json).toList());
        return Command.write("checkin", options, results, all);
    }
}
