package io.slipway.bench.rollout;

import io.slipway.bench.Command;
import io.slipway.bench.Fleet;
import io.slipway.bench.Folders;
import io.slipway.bench.Machine;
import io.slipway.bench.Median;
import io.slipway.bench.Servers;
import io.slipway.bench.SqliteStore;
import io.slipway.bench.Store;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/**
 * {@code ./slipway bench rollout}: offers granted per second, the cost of running rollouts for a
 * check-in that they don't concern, and the time it takes to create a rollout for a large fleet.
 */
public final class RolloutBench {

    private static final Command<RolloutOptions> COMMAND =
            new Command<>(
                    "rollout",
                    RolloutOptions::arguments,
                    (options, home, results, out) ->
                            new RolloutBench(options, home, results, Servers.How.built(home), out)
                                    .run());

    private static final double OFFERS = 5_000;
    private static final double CPU = 1.3;
    private static final double MADE = 1;

    private final RolloutOptions options;
    private final Path home;
    private final Path results;
    private final Path work;
    private final Servers.How how;
    private final PrintStream out;

    RolloutBench(
            RolloutOptions options, Path home, Path results, Servers.How how, PrintStream out) {
        this.options = options;
        this.home = home;
        this.results = results;
        this.work = results.resolve("run");
        this.how = how;
        this.out = out;
    }

    public static void main(String[] arguments) {
        COMMAND.main(arguments);
    }

    /** Measures and reports; false if an answer was wrong or an offer lost. */
    boolean run() throws IOException {
        Folders.delete(work);
        Files.createDirectories(work);
        try {
            return measure();
        } finally {
            // The logs stay until the next time.
            Folders.delete(work.resolve("data"));
            Folders.delete(work.resolve("without"));
        }
    }

    private boolean measure() throws IOException {
        var fleet = new Fleet(Fleet.scripts(home));
        var servers = new Servers(work, fleet, how);
        Map<String, Object> machine = Machine.facts(results);
        OffersRun.OfferFigures offers = null;
        MixRun.MixFigures mix = null;
        PlanRun.PlanFigures plan = null;
        String durability = "";
        if (wants(RolloutOptions.Part.OFFERS)) {
            try (Store store = filled(fleet, options.offers(), "data")) {
                durability = store.durability();
                out.printf(Locale.ROOT, "%,d offers, %s%n", options.offers(), durability);
                offers = new OffersRun(options, servers, fleet, out).run(store);
            }
        }
        if (wants(RolloutOptions.Part.CHECKINS)) {
            try (Store without = filled(fleet, options.offers(), "without");
                    Store with = filled(fleet, options.offers(), "data")) {
                out.printf("check-ins, %d rollouts%n", MixRun.ROLLOUTS);
                mix = new MixRun(options, servers, fleet, out).run(without, with);
            }
        }
        if (wants(RolloutOptions.Part.PLAN)) {
            try (Store store = filled(fleet, options.devices(), "data")) {
                out.printf(Locale.ROOT, "rollouts over %,d devices%n", options.devices());
                plan = new PlanRun(options, servers, out).run(store);
            }
        }
        out.println();
        Machine.print(machine, out);
        var all = new LinkedHashMap<String, Object>();
        all.put("machine", machine);
        all.put("durability", durability);
        report(offers, mix, plan, all);
        Path file = Command.write("rollout", options, results, all);
        out.println("\nfigures in " + file + ", logs in " + work);
        return offers == null || offers.right();
    }

    private boolean wants(RolloutOptions.Part part) {
        return options.phases().contains(part);
    }

    private Store filled(Fleet fleet, int devices, String copy) throws IOException {
        var store = new SqliteStore(results, work, devices, copy);
        store.fill(new Store.Filled(home, fleet, devices, options.fresh()), out);
        store.copy();
        return store;
    }

    private void report(
            OffersRun.OfferFigures offers,
            MixRun.MixFigures mix,
            PlanRun.PlanFigures plan,
            Map<String, Object> figures) {
        if (offers != null) {
            figures.put("offers", offers.json());
            out.printf(
                    Locale.ROOT,
                    "%noffers        %,.0f/s  p50 %.2f ms  p99 %.2f ms  CPU %.1f µs each%n",
                    offers.asked().perSecond(),
                    offers.asked().latencies().millis(0.5),
                    offers.asked().latencies().millis(0.99),
                    offers.cpuMicros());
            int granted = offers.asked().offered().cardinality();
            if (granted < offers.asked().answers()) {
                out.printf(
                        Locale.ROOT,
                        "WRONG: only %,d of %,d check-ins brought an offer%n",
                        granted,
                        offers.asked().answers());
            }
            double rate = granted / offers.asked().seconds();
            aim(
                    "offers per second",
                    rate >= OFFERS,
                    String.format(Locale.ROOT, "%,.0f (≥ %,.0f)", rate, OFFERS));
            aim(
                    "offers durable through kill -9",
                    offers.shown() == offers.found(),
                    String.format(
                            Locale.ROOT, "%,d shown, %,d found", offers.shown(), offers.found()));
        }
        if (mix != null) {
            figures.put("checkIns", mix.json());
            out.printf(
                    Locale.ROOT,
                    "%n%-14s %12s %9s %9s %9s %8s%n",
                    "server",
                    "check-ins/s",
                    "p50 ms",
                    "p99 ms",
                    "CPU µs",
                    "× bare");
            row("bare", mix.bare(), 1);
            row("no rollout", mix.without(), MixRun.MixFigures.over(mix.without(), mix.bare()));
            row(
                    MixRun.ROLLOUTS + " rollouts",
                    mix.with(),
                    MixRun.MixFigures.over(mix.with(), mix.bare()));
            row(
                    "first ones",
                    List.of(mix.first()),
                    MixRun.MixFigures.over(List.of(mix.first()), mix.bare()));
            double ratio = mix.ratio();
            String figure = String.format(Locale.ROOT, "%.2f (≤ %.2f)", ratio, CPU);
            aim("CPU × without rollouts", ratio <= CPU, figure);
        }
        if (plan != null) {
            figures.put("plan", plan.json());
            double made = middle(plan, PlanRun.PlanTimes::made);
            out.printf(
                    Locale.ROOT,
                    "%nover %,d devices: preview %.1f s, counted %.1f s after the start%n",
                    options.devices(),
                    middle(plan, PlanRun.PlanTimes::preview),
                    middle(plan, PlanRun.PlanTimes::counted));
            String figure = String.format(Locale.ROOT, "%.3f (≤ %.0f)", made, MADE);
            aim("created and started, s", made <= MADE, figure);
        }
    }

    private static double middle(
            PlanRun.PlanFigures plan, ToDoubleFunction<PlanRun.PlanTimes> figure) {
        return Median.of(plan.runs().stream().map(figure::applyAsDouble).toList());
    }

    private void row(String server, List<MixRun.ServerRun> runs, double ratio) {
        out.printf(
                Locale.ROOT,
                "%-14s %,12.0f %9.2f %9.2f %9.1f %8.2f%n",
                server,
                MixRun.MixFigures.median(runs, MixRun.ServerRun::perSecond),
                MixRun.MixFigures.median(runs, MixRun.ServerRun::p50),
                MixRun.MixFigures.median(runs, MixRun.ServerRun::p99),
                MixRun.MixFigures.median(runs, MixRun.ServerRun::cpuMicros),
                ratio);
    }

    private void aim(String what, boolean reached, String figure) {
        out.printf("%-12s %-32s %s%n", reached ? "reached" : "NOT reached", what, figure);
    }
}
