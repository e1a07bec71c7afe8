package io.slipway.backup;

import java.util.List;

/**
 * What a table contained.
 *
 * @param sha256 of its lines, see {@link RowFormat}
 */
record TableSum(String name, long rows, String sha256) {

    /** The rows of all of them. */
    static long rows(List<TableSum> sums) {
        return sums.stream().mapToLong(TableSum::rows).sum();
    }

    /** The rows of one; 0 if it is not there. */
    static long rows(List<TableSum> sums, String table) {
        return rows(sums.stream().filter(each -> each.name().equals(table)).toList());
    }
}
