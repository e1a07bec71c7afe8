package io.slipway.lists;

import io.slipway.lists.DeviceList.ListSource;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** A list of MACs: finds their column, and takes them. */
final class MacList {

    private static final Pattern NUMBER =
            Pattern.compile(
                    "[0-9]{6,11}|[0-9](?:\\.[0-9]+)?E\\+?[0-9]{1,2}", Pattern.CASE_INSENSITIVE);

    private final List<TableRow> rows;
    private final ListKind kind;
    private final ListBuilder built;

    MacList(List<TableRow> rows, ListKind kind, ListBuilder built) {
        this.rows = rows;
        this.built = built;
        this.kind = kind;
    }

    DeviceList read() throws UnreadableList {
        int heading = heading();
        int[] scores = scores();
        int column = heading < 0 ? -1 : Headings.column(rows.get(heading), kind);
        boolean named = column >= 0 && scores[column] > 0;
        if (!named) {
            column = best(scores);
        }
        if (heading < 0 && column >= 0 && titles(rows.getFirst())) {
            heading = 0;
            named = true;
        }
        if (column < 0) {
            // Nothing is a MAC: what the heading names, or the first column, is reported.
            column = heading < 0 ? 0 : Math.max(0, Headings.column(rows.get(heading), kind));
        }
        boolean elsewhere = false;
        for (TableRow row : rows.subList(heading + 1, rows.size())) {
            elsewhere |= take(row, column, named);
        }
        String title = heading < 0 ? "" : ListBuilder.cut(rows.get(heading).cell(column));
        return built.build(new ListSource(elsewhere ? 0 : column + 1, title, 0));
    }

    private int heading() {
        for (int i = 0; i < Math.min(Headings.TITLES, rows.size()); i++) {
            if (Headings.column(rows.get(i), kind) >= 0
                    && cells(rows.get(i)).stream().allMatch(MacCell::empty)) {
                return i;
            }
        }
        return -1;
    }

    /** Whether a first row is a heading, though none that is known: words without a digit. */
    private static boolean titles(TableRow row) {
        List<String> filled = row.cells().stream().filter(cell -> !cell.isBlank()).toList();
        return filled.size() >= 2
                && filled.stream().allMatch(cell -> cell.chars().noneMatch(Character::isDigit))
                && filled.stream().noneMatch(cell -> MacSpelling.almost(ListText.cell(cell)));
    }

    private List<MacCell> cells(TableRow row) {
        List<MacCell> cells = new ArrayList<>(row.cells().size());
        boolean separated = false;
        for (String cell : row.cells()) {
            MacCell read = MacCell.of(cell, kind);
            separated |= read.separated();
            cells.add(read);
        }
        return separated ? cells.stream().map(MacCell::withoutNumbers).toList() : cells;
    }

    /** How much each column looks like MACs: those with separators count more than others. */
    private int[] scores() {
        int[] certain = new int[TableRow.COLUMNS];
        int[] numbers = new int[TableRow.COLUMNS];
        boolean any = false;
        for (TableRow row : rows) {
            List<MacCell> cells = cells(row);
            for (int i = 0; i < cells.size(); i++) {
                for (MacCell.NamedMac mac : cells.get(i).macs()) {
                    if (mac.spelled().digits()) {
                        numbers[i]++;
                    } else {
                        certain[i] += mac.spelled().separated() ? 2 : 1;
                        any = true;
                    }
                }
            }
        }
        return any ? certain : numbers;
    }

    private static int best(int[] scores) {
        int best = 0;
        for (int i = 1; i < scores.length; i++) {
            best = scores[i] > scores[best] ? i : best;
        }
        return scores[best] == 0 ? -1 : best;
    }

    /** Takes a row's MACs; returns whether any were in other columns. */
    private boolean take(TableRow row, int column, boolean named) throws UnreadableList {
        List<MacCell> cells = cells(row);
        if (!named && list(row, cells)) {
            for (int i = 0; i < cells.size(); i++) {
                if (!cells.get(i).empty()) {
                    take(row, cells.get(i));
                } else if (!row.cell(i).isBlank()) {
                    refuse(row, i);
                }
            }
            return cells.size() > column + 1 || column > 0;
        }
        MacCell wanted = column < cells.size() ? cells.get(column) : MacCell.NONE;
        if (!wanted.empty()) {
            take(row, wanted);
            return false;
        }
        boolean alone = row.cells().stream().filter(cell -> !cell.isBlank()).count() == 1;
        for (MacCell cell : cells) {
            if (!named && (alone ? !cell.empty() : cell.separated())) {
                take(row, cell);
                return true;
            }
        }
        refuse(row, column);
        return false;
    }

    /** Whether each of several cells is a MAC: a list in one line. */
    private static boolean list(TableRow row, List<MacCell> cells) {
        int filled = 0;
        for (int i = 0; i < cells.size(); i++) {
            boolean blank = row.cell(i).isBlank();
            if (!blank && cells.get(i).empty() && !MacSpelling.almost(ListText.cell(row.cell(i)))) {
                return false;
            }
            filled += blank ? 0 : 1;
        }
        return filled > 1;
    }

    private void take(TableRow row, MacCell cell) throws UnreadableList {
        for (MacCell.NamedMac mac : cell.macs()) {
            ListFault fault = mac.fault();
            if (fault == null) {
                built.add(row.line(), mac.value(), null);
            } else {
                built.refuse(row.line(), mac.value(), fault);
            }
        }
        cell.almost().forEach(word -> built.refuse(row.line(), word, ListFault.NOT_A_MAC));
    }

    private void refuse(TableRow row, int column) {
        String cell = ListText.cell(row.cell(column));
        String value =
                cell.isEmpty()
                        ? row.cells().stream()
                                .filter(each -> !each.isBlank())
                                .collect(Collectors.joining(" "))
                        : cell;
        boolean number = NUMBER.matcher(cell).matches();
        built.refuse(row.line(), value, number ? ListFault.NUMBER : ListFault.NOT_A_MAC);
    }
}
