package io.slipway.bench.checkin;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;

/** What was counted in one phase, one column per server. */
final class CountedReport {

    private static final String NOT = "not counted";

    private final PrintStream out;
    private final List<String> names;
    private final List<Counted> columns;

    /**
     * @param names of the servers
     * @param columns one per server
     */
    CountedReport(PrintStream out, List<String> names, List<Counted> columns) {
        this.out = out;
        this.names = names;
        this.columns = columns;
    }

    void print(String phase) {
        row("\n" + phase + ", each", names);
        numbers("bytes allocated", "%,.0f", Counted::bytes);
        numbers("collections per million", "%,.1f", Counted::collections);
        numbers("collector's pauses, µs", "%.2f", Counted::pauseMicros);
        sql("transactions", Recording.Transactions::count);
        sql("  of them writing", Recording.Transactions::writes);
        sql("jobs that share them", Recording.Transactions::works);
        sql("statements", Recording.Transactions::statements);
        row(
                "system calls",
                columns.stream()
                        .map(c -> c.calls().counted() ? number("%.2f", c.calls().each()) : NOT)
                        .toList());
        Counted any = columns.getLast();
        any.nanosByKind()
                .keySet()
                .forEach(kind ->
                        numbers(
                                "CPU µs, " + kind,
                                "%.2f",
                                counted -> counted.microsByKind().getOrDefault(kind, 0.0)));
        any.recorded()
                .samples()
                .keySet()
                .forEach(part ->
                        numbers(
                                "% of samples, " + part,
                                "%.1f",
                                counted -> counted.profile().getOrDefault(part, 0.0)));
        columns.stream()
                .filter(counted -> !counted.calls().counted())
                .limit(1)
                .forEach(counted ->
                        out.println(
                                "system calls: not counted (" + counted.calls().missing() + ")"));
    }

    private void sql(String label, Function<Recording.Transactions, Long> count) {
        var cells = new ArrayList<String>();
        for (int i = 0; i < columns.size(); i++) {
            Counted counted = columns.get(i);
            Recording.Transactions transactions = counted.recorded().transactions();
            cells.add(
                    names.get(i).equals(Entrant.BARE)
                            ? "-"
                            : transactions == null
                                    ? NOT
                                    : number("%.4f", counted.each(count.apply(transactions))));
        }
        row(label, cells);
    }

    private void numbers(String label, String format, Function<Counted, Double> figure) {
        row(label, columns.stream().map(c -> number(format, figure.apply(c))).toList());
    }

    private static String number(String format, double value) {
        return String.format(Locale.ROOT, format, value);
    }

    private void row(String label, List<String> cells) {
        var line = new StringBuilder(String.format(Locale.ROOT, "%-34s", label));
        cells.forEach(cell -> line.append(String.format(Locale.ROOT, " %12s", cell)));
        out.println(line);
    }
}
