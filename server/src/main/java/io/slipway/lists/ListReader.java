package io.slipway.lists;

import java.util.List;

/**
 * Reads a list of devices: pasted text, a text file, a CSV file, or an xlsx spreadsheet. It takes
 * the column with the right heading, otherwise the one whose cells are what is wanted.
 */
public final class ListReader {

    private ListReader() {}

    /**
     * Reads a list. It takes memory of several times the size of what it reads.
     *
     * @param file text in UTF-8, UTF-16 or GB 18030, or an xlsx file, of which the first visible
     *     sheet is read
     * @param asciiKeys whether the characters of keys are the keys, not the bytes they spell in hex
     * @throws UnreadableList if it is neither, or larger than permitted
     */
    public static DeviceList read(byte[] file, ListKind kind, boolean asciiKeys)
            throws UnreadableList {
        List<TableRow> rows =
                Spreadsheet.recognises(file)
                        ? Spreadsheet.rows(file)
                        : TextRows.of(ListText.decode(file));
        return kind == ListKind.SERIALS
                ? new SerialList(rows, asciiKeys).read()
                : new MacList(rows, kind).read();
    }
}
