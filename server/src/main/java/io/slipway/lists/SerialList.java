package io.slipway.lists;

import io.slipway.lists.DeviceList.ListSource;
import io.slipway.text.Csv;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A list of serial numbers, with or without keys: finds their columns, and takes them. */
final class SerialList {

    /** Two digits for each of 16 to 64 bytes. */
    private static final Pattern HEX_KEY = Pattern.compile("(?:[0-9A-Fa-f]{2}){16,64}");

    /** What spreadsheets make of long numbers. */
    private static final Pattern ROUNDED = Pattern.compile("[0-9]\\.[0-9]+[Ee]\\+?[0-9]{1,2}");

    private static final int SHORTEST_KEY = 16;
    private static final int LONGEST_KEY = 64;

    private final List<TableRow> rows;
    private final boolean asciiKeys;
    private final ListBuilder built;

    SerialList(List<TableRow> rows, boolean asciiKeys, ListBuilder built) {
        this.rows = rows;
        this.built = built;
        this.asciiKeys = asciiKeys;
    }

    DeviceList read() throws UnreadableList {
        for (int i = 0; i < Math.min(Headings.TITLES, rows.size()); i++) {
            int column = Headings.column(rows.get(i), ListKind.SERIALS);
            if (column >= 0) {
                return read(i, column, keys(rows.get(i)));
            }
        }
        List<Integer> columns = columns();
        int column = columns.isEmpty() ? 0 : columns.getFirst();
        if (columns.size() <= 2) {
            return read(-1, column, columns.size() < 2 ? -1 : columns.get(1));
        }
        // Which of them are the keys? A wrong guess would import devices that need no proof.
        for (TableRow row : rows) {
            built.refuse(row.line(), row.cell(column), ListFault.COLUMNS);
        }
        return built.build(new ListSource(0, "", 0));
    }

    private static int keys(TableRow heading) {
        for (int i = 0; i < heading.cells().size(); i++) {
            if (Headings.key(heading.cell(i))) {
                return i;
            }
        }
        return -1;
    }

    /** The columns with content other than MACs. */
    private List<Integer> columns() {
        int[] macs = new int[TableRow.COLUMNS];
        int[] others = new int[TableRow.COLUMNS];
        for (TableRow row : rows) {
            for (int i = 0; i < row.cells().size(); i++) {
                if (!row.cell(i).isBlank()) {
                    boolean mac = MacCell.of(row.cell(i), ListKind.MACS).separated();
                    macs[i] += mac ? 1 : 0;
                    others[i] += mac ? 0 : 1;
                }
            }
        }
        List<Integer> columns = new ArrayList<>();
        for (int i = 0; i < others.length; i++) {
            if (others[i] > macs[i]) {
                columns.add(i);
            }
        }
        return columns;
    }

    private DeviceList read(int heading, int column, int keyColumn) throws UnreadableList {
        for (TableRow row : rows.subList(heading + 1, rows.size())) {
            String cell = row.cell(column);
            String key = keyColumn < 0 ? "" : key(row.cell(keyColumn));
            if (key.isEmpty()) {
                for (String each : MacCell.BETWEEN.split(ListText.cell(cell))) {
                    if (!each.isBlank() || cell.isBlank()) {
                        take(row, each, null);
                    }
                }
            } else {
                take(row, cell, key);
            }
        }
        String title = heading < 0 ? "" : ListBuilder.cut(rows.get(heading).cell(column));
        return built.build(new ListSource(column + 1, title, keyColumn + 1));
    }

    private void take(TableRow row, String cell, @Nullable String key) throws UnreadableList {
        Optional<String> serial = SerialSpelling.parse(cell);
        if (serial.isEmpty()) {
            // Never the whole row: it may contain a key.
            built.refuse(row.line(), cell, ListFault.NOT_A_SERIAL);
        } else if (ROUNDED.matcher(serial.get()).matches()) {
            built.refuse(row.line(), cell, ListFault.NUMBER);
        } else if (key != null && !fits(key)) {
            built.refuse(
                    row.line(),
                    serial.get(),
                    asciiKeys ? ListFault.KEY_SIZE : ListFault.KEY_NOT_HEX);
        } else {
            built.add(row.line(), serial.get(), key);
        }
    }

    // The characters of a text key count: none of them may be changed.
    private String key(String cell) {
        return asciiKeys ? Csv.plain(cell.strip()) : ListText.cell(cell);
    }

    private boolean fits(String key) {
        if (!asciiKeys) {
            return HEX_KEY.matcher(key).matches();
        }
        int size = key.getBytes(StandardCharsets.UTF_8).length;
        return size >= SHORTEST_KEY && size <= LONGEST_KEY;
    }
}
