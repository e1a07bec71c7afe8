package io.slipway.lists;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import javax.xml.stream.XMLStreamException;

/**
 * The values of the first visible sheet of an xlsx file (ISO/IEC 29500), whoever made it: what it
 * inflates to, its rows, columns and the length of its cells are limited, and it may have no DTD.
 *
 * <p>Only the JDK's parsers: of the small libraries, fastexcel-reader takes a cell's column as the
 * file states it and fills the row up to it, so that {@code r="ZZZZZZ1"} exhausts the heap, and it
 * compares each cell with each array formula.
 */
public final class Spreadsheet {

    /** What all parts of a file may inflate to, in bytes. */
    public static final int MOST_INFLATED = 64 * 1024 * 1024;

    /** Parts of a file; a workbook with twenty sheets has fifty. */
    private static final int MOST_PARTS = 1_000;

    /** A sheet's, as spreadsheets have them. */
    private static final int MOST_ROW_NUMBER = 1_048_576;

    private static final String FIRST_SHEET = "xl/worksheets/sheet1.xml";

    private final byte[] file;
    private final List<String> strings = new ArrayList<>();
    private final Map<String, String> targets = new HashMap<>();

    /** The relationship of the first visible sheet. */
    private String sheet = "";

    /** Characters that cells may still have: a shared string counts in each of its cells. */
    private long room = MOST_INFLATED;

    private Spreadsheet(byte[] file) {
        this.file = file;
    }

    /** Whether a file is one, or another archive. */
    public static boolean recognises(byte[] file) {
        return ListText.begins(file, 'P', 'K', 3, 4);
    }

    /**
     * The size that has to be reckoned with before a file is read: what it inflates to, at most
     * {@link #MOST_INFLATED}, and its own for anything that is not a spreadsheet.
     */
    public static int inflatedSize(byte[] file) {
        if (!recognises(file)) {
            return file.length;
        }
        long size = file.length;
        try (var zip = new ZipInputStream(new ByteArrayInputStream(file))) {
            byte[] some = new byte[64 * 1024];
            while (size < MOST_INFLATED && zip.getNextEntry() != null) {
                for (int n = 0; n >= 0 && size < MOST_INFLATED; n = zip.read(some)) {
                    size += n;
                }
            }
        } catch (IOException e) {
            // Reading it will fail at the same byte.
            return (int) Math.min(size, MOST_INFLATED);
        }
        return (int) Math.min(size, MOST_INFLATED);
    }

    /**
     * The rows that are not blank.
     *
     * @throws UnreadableList if it is no spreadsheet, or larger than permitted
     */
    static List<TableRow> rows(byte[] file) throws UnreadableList {
        try {
            return new Spreadsheet(file).rows();
        } catch (IOException | XMLStreamException | IllegalArgumentException e) {
            throw new UnreadableList(
                    "不是完好的 xlsx 表格：请重新另存为 xlsx 或 CSV",
                    "This is no intact xlsx spreadsheet: save it again, as xlsx or CSV");
        }
    }

    private List<TableRow> rows() throws IOException, XMLStreamException, UnreadableList {
        parts((name, part) -> {
            switch (name) {
                case "xl/workbook.xml" -> workbook(part);
                case "xl/_rels/workbook.xml.rels" -> relationships(part);
                case "xl/sharedstrings.xml" -> strings(part);
                default -> {}
            }
        });
        String wanted = targets.getOrDefault(sheet, FIRST_SHEET);
        var rows = new ArrayList<TableRow>();
        parts((name, part) -> {
            if (name.equals(wanted)) {
                sheet(part, rows);
            }
        });
        return rows;
    }

    /** What is done with a part of the file. */
    @FunctionalInterface
    private interface PartReader {
        void read(String name, InputStream part) throws XMLStreamException, UnreadableList;
    }

    private void parts(PartReader reader) throws IOException, XMLStreamException, UnreadableList {
        try (var zip = new ZipInputStream(new ByteArrayInputStream(file))) {
            var counted = new InflatedStream(zip, MOST_INFLATED);
            int parts = 0;
            for (ZipEntry part = zip.getNextEntry(); part != null; part = zip.getNextEntry()) {
                if (++parts > MOST_PARTS) {
                    throw tooLarge();
                }
                reader.read(part.getName().replace('\\', '/').toLowerCase(Locale.ROOT), counted);
                counted.skipAll();
            }
        } catch (InflatedStream.TooLarge e) {
            throw tooLarge();
        } catch (XMLStreamException e) {
            if (e.getNestedException() instanceof InflatedStream.TooLarge) {
                throw tooLarge();
            }
            throw e;
        }
    }

    private static UnreadableList tooLarge() {
        return new UnreadableList(
                "表格解压后超过 64 MiB：请分成几个文件", "The spreadsheet unpacks to more than 64 MiB: split it");
    }

    private void workbook(InputStream part) throws XMLStreamException, UnreadableList {
        var xml = new SheetParser(part);
        while (xml.next()) {
            boolean hidden = xml.attribute("state").toLowerCase(Locale.ROOT).contains("hidden");
            if (xml.starts("sheet") && sheet.isEmpty() && !hidden) {
                sheet = xml.attribute("id");
            }
        }
    }

    private void relationships(InputStream part) throws XMLStreamException, UnreadableList {
        var xml = new SheetParser(part);
        while (xml.next()) {
            if (xml.starts("Relationship")) {
                String target = xml.attribute("Target").toLowerCase(Locale.ROOT);
                targets.put(
                        xml.attribute("Id"),
                        target.startsWith("/") ? target.substring(1) : "xl/" + target);
            }
        }
    }

    private void strings(InputStream part) throws XMLStreamException, UnreadableList {
        var xml = new SheetParser(part);
        while (xml.next()) {
            if (xml.starts("si")) {
                strings.add(xml.text("si"));
            }
        }
    }

    private void sheet(InputStream part, List<TableRow> rows)
            throws XMLStreamException, UnreadableList {
        var xml = new SheetParser(part);
        int number = 0;
        int column = 0;
        String[] cells = {};
        while (xml.next()) {
            if (xml.starts("row")) {
                String given = xml.attribute("r");
                number = given.isEmpty() ? number + 1 : Integer.parseInt(given);
                if (number < 1 || number > MOST_ROW_NUMBER) {
                    throw new IllegalArgumentException("no row of a spreadsheet");
                }
                column = 0;
                cells = new String[0];
            } else if (xml.starts("c")) {
                String given = xml.attribute("r");
                column = given.isEmpty() ? column : column(given);
                String type = xml.attribute("t");
                String text = value(type, xml.text("c"));
                room -= text.length();
                if (room < 0) {
                    throw tooLarge();
                }
                if (column < TableRow.COLUMNS && !text.isBlank()) {
                    int before = cells.length;
                    if (column >= before) {
                        cells = Arrays.copyOf(cells, column + 1);
                        Arrays.fill(cells, before, column, "");
                    }
                    cells[column] = text;
                }
                column++;
            } else if (xml.ends("row") && cells.length > 0) {
                if (rows.size() == TableRow.MOST) {
                    throw TableRow.tooMany();
                }
                rows.add(new TableRow(number, List.of(cells)));
            }
        }
    }

    // "AB12" is column 27; those beyond the limit need not be distinguished.
    private static int column(String reference) {
        int column = 0;
        for (int i = 0; i < reference.length() && column <= TableRow.COLUMNS; i++) {
            char c = reference.charAt(i);
            if (c < 'A' || c > 'Z') {
                break;
            }
            column = column * 26 + c - 'A' + 1;
        }
        return Math.max(0, column - 1);
    }

    private String value(String type, String text) {
        if (type.equals("s")) {
            int index = Integer.parseInt(text.strip());
            return index >= 0 && index < strings.size() ? strings.get(index) : "";
        }
        return type.isEmpty() || type.equals("n") ? SheetParser.number(text) : text;
    }
}
