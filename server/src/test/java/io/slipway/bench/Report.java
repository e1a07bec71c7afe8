package io.slipway.bench;

import java.io.PrintStream;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/** What people read. */
final class Report {

    private static final String ROW = "%-10s %-22s %9s %9s %9s %9s %8s %8s%n";
    private static final double CPU = 1.6;
    private static final double NEW = 5_000;
    private static final double POLLS = 15_000;
    private static final double MEGABYTES = 600;
    private static final double START = 2;

    private final PrintStream out;

    Report(PrintStream out) {
        this.out = out;
    }

    void machine(Map<String, Object> facts) {
        facts.forEach((name, value) -> out.printf(Locale.ROOT, "%-14s %s%n", name, value));
    }

    void outcome(Outcome outcome, boolean aim) {
        out.printf(Locale.ROOT, "%n%s, %s%n", outcome.store, outcome.durability);
        out.printf(
                ROW, "server", "phase", "req/s", "p50 ms", "p99 ms", "CPU µs", "× CPU", "× req/s");
        for (Figures figures : outcome.figures) {
            String phase =
                    figures.phase().label() + (figures.connectionClose() ? ", conn. close" : "");
            row("bare", phase, figures.bare(), 1, 1);
            row("slipway", phase, figures.real(), figures.cpuRatio(), figures.rateRatio());
        }
        double database =
                outcome.figures.stream()
                        .mapToDouble(
                                f -> Measurement.median(f.real(), Measurement::databaseCpuMicros))
                        .max()
                        .orElse(0);
        if (database > 0) {
            out.printf(
                    Locale.ROOT, "PostgreSQL itself used up to %.1f µs a request more%n", database);
        }
        outcome.complaints.forEach(line -> out.println("note: " + line));
        if (aim) {
            targets(outcome);
        }
        for (Figures figures : outcome.figures) {
            samples(figures);
        }
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

    private static String number(
            String format, List<Measurement> runs, ToDoubleFunction<Measurement> figure) {
        return String.format(Locale.ROOT, format, Measurement.median(runs, figure));
    }

    private void samples(Figures figures) {
        if (figures.bad() == 0) {
            return;
        }
        out.printf(
                "WRONG: %d answers of %s were wrong or never came%n",
                figures.bad(), figures.phase().label());
        java.util.stream.Stream.concat(figures.real().stream(), figures.bare().stream())
                .filter(m -> !m.sample().isEmpty())
                .limit(3)
                .forEach(m -> out.println("  such as: " + m.sample()));
    }

    // Targets are for the embedded engine, two cores shared with the load, a million devices.
    private void targets(Outcome outcome) {
        out.println();
        for (Figures figures : outcome.figures) {
            if (figures.connectionClose()) {
                continue;
            }
            switch (figures.phase()) {
                case BOUND ->
                        target("bound check-in, CPU × bare", figures.cpuRatio(), "≤", CPU, "%.2f");
                case NEW -> target("new devices a second", figures.perSecond(), "≥", NEW, "%,.0f");
                case ACTIVATE ->
                        target("activate polls a second", figures.perSecond(), "≥", POLLS, "%,.0f");
            }
        }
        Outcome.Codes codes = outcome.codes;
        if (codes != null) {
            line(
                    "codes durable through kill -9",
                    codes.durable(),
                    String.format(
                            Locale.ROOT, "%,d shown, %,d found", codes.shown(), codes.found()));
        }
        if (outcome.peakMegabytes > 0) {
            target("peak memory, MB", outcome.peakMegabytes, "<", MEGABYTES, "%.0f");
        }
        if (!outcome.starts.isEmpty()) {
            target("start to first answer, s", outcome.startSeconds(), "<", START, "%.2f");
        }
    }

    private void target(String what, double value, String relation, double aim, String format) {
        boolean reached =
                switch (relation) {
                    case "≥" -> value >= aim;
                    case "≤" -> value <= aim;
                    default -> value < aim;
                };
        String figures =
                String.format(
                        Locale.ROOT, format + " (" + relation + " " + format + ")", value, aim);
        line(what, reached, figures);
    }

    private void line(String what, boolean reached, String figures) {
        out.printf("%-12s %-32s %s%n", reached ? "reached" : "NOT reached", what, figures);
    }
}
