package io.slipway.bench.checkin;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;

/** The report for people. */
final class CheckinReport {

    private static final String ROW = "%-10s %-22s %9s %9s %9s %9s %8s %8s%n";
    private static final double CPU = 1.7;
    private static final double CPU_CLOSED = 1.3;
    private static final double NEW = 5_000;
    private static final double IMPORTED = 4_000;
    private static final double POLLS = 15_000;
    private static final double MEGABYTES = 560;
    private static final double START = 2;

    private final PrintStream out;

    CheckinReport(PrintStream out) {
        this.out = out;
    }

    /**
     * The results on one store.
     *
     * @param outcomes one for each build, this one first
     * @param aim whether there are targets on this store
     */
    void outcomes(List<Outcome> outcomes, boolean aim) {
        Outcome ours = outcomes.getFirst();
        out.printf(Locale.ROOT, "%n%s, %s%n", ours.store, ours.durability);
        out.printf(
                ROW, "server", "phase", "req/s", "p50 ms", "p99 ms", "CPU µs", "× CPU", "× req/s");
        for (int i = 0; i < ours.figures.size(); i++) {
            Figures first = ours.figures.get(i);
            row("bare", first.label(), first.bare(), 1, 1);
            for (Outcome outcome : outcomes) {
                Figures figures = outcome.figures.get(i);
                row(
                        outcome.server,
                        figures.label(),
                        figures.real(),
                        figures.cpuRatio(),
                        figures.rateRatio());
            }
        }
        counts(outcomes);
        for (Outcome outcome : outcomes) {
            if (outcomes.size() > 1) {
                out.println("\n" + outcome.server);
            }
            rest(outcome, aim);
        }
    }

    private void counts(List<Outcome> outcomes) {
        var names = new ArrayList<String>();
        names.add(Entrant.BARE);
        outcomes.forEach(outcome -> names.add(outcome.server));
        int shortest = outcomes.stream().mapToInt(o -> o.counts.size()).min().orElse(0);
        for (int i = 0; i < shortest; i++) {
            Outcome.Counts first = outcomes.getFirst().counts.get(i);
            var columns = new ArrayList<Counted>();
            columns.add(first.bare());
            for (Outcome outcome : outcomes) {
                columns.add(outcome.counts.get(i).real());
            }
            new CountedReport(out, names, columns)
                    .print(Figures.label(first.phase(), first.connectionClose()));
        }
    }

    private void rest(Outcome outcome, boolean aim) {
        double database =
                outcome.figures.stream()
                        .mapToDouble(
                                f -> Measurement.median(f.real(), Measurement::databaseCpuMicros))
                        .max()
                        .orElse(0);
        if (database > 0) {
            out.printf(
                    Locale.ROOT,
                    "PostgreSQL itself used up to %.1f µs per request in addition%n",
                    database);
        }
        if (outcome.liveBytesAPair > 0) {
            out.printf(
                    Locale.ROOT,
                    "\nlive heap bytes per bound pair: %.1f%n",
                    outcome.liveBytesAPair);
        }
        outcome.complaints.forEach(line -> out.println("note: " + line));
        if (aim) {
            targets(outcome);
        }
        for (Figures figures : outcome.figures) {
            samples(figures);
        }
        outcome.errors.forEach(line -> out.println("ERROR: " + line));
    }

    private void row(String server, String phase, List<Measurement> runs, double cpu, double rate) {
        out.printf(
                ROW,
                server,
                phase,
                number("%,.0f", runs, Measurement::perSecond),
                number("%.2f", runs, Measurement::p50),
                number("%.2f", runs, Measurement::p99),
                number("%.1f", runs, Measurement::cpuMicros),
                String.format(Locale.ROOT, "%.2f", cpu),
                String.format(Locale.ROOT, "%.2f", rate));
    }

    /** The median of a figure. */
    static String number(
            String format, List<Measurement> runs, ToDoubleFunction<Measurement> figure) {
        return String.format(Locale.ROOT, format, Measurement.median(runs, figure));
    }

    private void samples(Figures figures) {
        if (figures.bad() == 0) {
            return;
        }
        out.printf(
                "WRONG: %d answers of %s were wrong or never came%n",
                figures.bad(), figures.label());
        Stream.concat(figures.real().stream(), figures.bare().stream())
                .map(m -> m.answers().sample())
                .filter(sample -> !sample.isEmpty())
                .limit(3)
                .forEach(sample -> out.println("  such as: " + sample));
    }

    // Targets are for the embedded engine, two cores shared with the load, a million devices.
    private void targets(Outcome outcome) {
        out.println();
        for (Figures figures : outcome.figures) {
            double rate = figures.perSecond();
            if (figures.connectionClose()) {
                if (figures.phase() == Phase.BOUND) {
                    target(
                            "bound check-in, closed, CPU × bare",
                            figures.cpuRatio(),
                            "≤",
                            CPU_CLOSED,
                            "%.2f");
                }
                continue;
            }
            switch (figures.phase()) {
                case BOUND ->
                        target("bound check-in, CPU × bare", figures.cpuRatio(), "≤", CPU, "%.2f");
                case NEW -> target("new devices per second", rate, "≥", NEW, "%,.0f");
                case ACTIVATE -> target("activate polls per second", rate, "≥", POLLS, "%,.0f");
                case IMPORT ->
                        target(
                                "first check-ins after an import a second",
                                rate,
                                "≥",
                                IMPORTED,
                                "%,.0f");
            }
        }
        outcome.kept.forEach((phase, kept) ->
                line(
                        phase.promise() + " durable through kill -9",
                        kept.durable(),
                        String.format(
                                Locale.ROOT, "%,d shown, %,d found", kept.shown(), kept.found())));
        if (outcome.peakMegabytes > 0) {
            target("peak memory, MB", outcome.peakMegabytes, "≤", MEGABYTES, "%.0f");
        }
        if (!outcome.starts.isEmpty()) {
            target("start to first answer, s", outcome.startSeconds(), "≤", START, "%.2f");
        }
    }

    private void target(String what, double value, String relation, double aim, String format) {
        boolean reached = relation.equals("≥") ? value >= aim : value <= aim;
        String figures =
                String.format(
                        Locale.ROOT, format + " (" + relation + " " + format + ")", value, aim);
        line(what, reached, figures);
    }

    private void line(String what, boolean reached, String figures) {
        out.printf("%-12s %-41s %s%n", reached ? "reached" : "NOT reached", what, figures);
    }
}
