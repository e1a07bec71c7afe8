package io.slipway.lists;

import java.util.List;

/**
 * A row of a table.
 *
 * @param line in the file, from 1; for a spreadsheet the number of the row
 * @param cells as written; columns beyond {@link #COLUMNS} are left out
 */
record TableRow(int line, List<String> cells) {

    /** What people keep about a device fits in a quarter of it. */
    static final int COLUMNS = 64;

    /** Of a file. */
    static final int MOST = 200_000;

    static UnreadableList tooMany() {
        return new UnreadableList(
                "最多 " + MOST + " 行：请分成几个文件", "At most " + MOST + " rows: split the file");
    }

    /** A cell, from 0; empty if the row is shorter. */
    String cell(int column) {
        return column < cells.size() ? cells.get(column) : "";
    }

    boolean blank() {
        return cells.stream().allMatch(String::isBlank);
    }
}
