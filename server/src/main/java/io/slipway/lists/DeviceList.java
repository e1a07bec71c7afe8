package io.slipway.lists;

import java.util.List;
import java.util.Map;

/**
 * What a list was read as.
 *
 * @param source where it was found
 * @param devices each once, in the list's order
 * @param repeated number of entries that repeat an earlier one
 * @param refused the first entries that are refused, in the list's order, as many as were wanted
 * @param faults how many are refused, by reason
 */
public record DeviceList(
        ListSource source,
        List<ListEntry> devices,
        int repeated,
        List<RefusedEntry> refused,
        Map<ListFault, Integer> faults) {

    /** Enough to recognise that the wrong file was chosen. */
    public static final int SHOWN = 100;

    /** Devices and, counted by themselves, refused entries of a list: a row may name many. */
    public static final int MOST = TableRow.MOST;

    /**
     * Which columns a list was taken from.
     *
     * @param column from 1; 0 if entries were taken wherever they are
     * @param heading that column's heading; empty for none
     * @param keyColumn that of the keys, from 1; 0 for none
     */
    public record ListSource(int column, String heading, int keyColumn) {}

    /**
     * @param line from 1
     * @param value as written, shortened
     */
    public record RefusedEntry(int line, String value, ListFault fault) {}

    /** How many entries are refused. */
    public int refusedCount() {
        return faults.values().stream().mapToInt(Integer::intValue).sum();
    }
}
