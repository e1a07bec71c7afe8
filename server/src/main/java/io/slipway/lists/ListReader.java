package io.slipway.lists;

import java.util.List;

/**
 * Reads a list of devices: pasted text, a text file, a CSV file, or an xlsx spreadsheet. It takes
 * the column with the right heading, otherwise the one whose cells are what is wanted.
 */
public final class ListReader {

    private ListReader() {}

    /** Like {@link #read(byte[], ListKind, boolean, int)}, for people who check what they chose. */
    public static DeviceList read(byte[] file, ListKind kind, boolean asciiKeys)
            throws UnreadableList {
        return read(file, kind, asciiKeys, DeviceList.SHOWN);
    }

    /**
     * Reads a list. It takes memory of several times the size of what it reads.
     *
     * @param file text in UTF-8, UTF-16 or GB 18030, or an xlsx file, of which the first visible
     *     sheet is read
     * @param asciiKeys whether the characters of keys are the keys, not the bytes they spell in hex
     * @param listed refused entries that are listed, from the first; at most {@link
     *     DeviceList#MOST}
     * @throws UnreadableList if it is neither, or larger than permitted
     */
    public static DeviceList read(byte[] file, ListKind kind, boolean asciiKeys, int listed)
            throws UnreadableList {
        var built = new ListBuilder(Math.min(listed, DeviceList.MOST));
        List<TableRow> rows =
                Spreadsheet.recognises(file)
                        ? Spreadsheet.rows(file)
                        : TextRows.of(ListText.decode(file));
        return kind == ListKind.SERIALS
                ? new SerialList(rows, asciiKeys, built).read()
                : new MacList(rows, kind, built).read();
    }
}
