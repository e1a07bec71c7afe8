package io.slipway.lists;

import java.util.ArrayList;
import java.util.List;

/** Lines of text as rows of a table: one per line, or as spreadsheets save them. */
final class TextRows {

    /** What spreadsheets put between cells. */
    private static final String DELIMITERS = "\t,;|";

    /** Lines from which the delimiter is determined. */
    private static final int SAMPLE = 200;

    /** The longest cell of a spreadsheet: a quotation mark that is not closed by then is text. */
    private static final int QUOTED = 32_767;

    private final String text;
    private final char delimiter;
    private final List<TableRow> rows = new ArrayList<>();
    private List<String> cells = new ArrayList<>();
    private int line = 1;
    private int at;

    private TextRows(String text) {
        this.text = text;
        delimiter = delimiter(text);
    }

    /**
     * The rows of a text that are not blank and no comments.
     *
     * @throws UnreadableList if there are too many
     */
    static List<TableRow> of(String text) throws UnreadableList {
        return new TextRows(text).read();
    }

    // The one that is in most lines; 0 for none.
    private static char delimiter(String text) {
        int[] lines = new int[DELIMITERS.length()];
        List<String> sample = text.lines().limit(SAMPLE).toList();
        for (String line : sample) {
            for (int i = 0; i < lines.length; i++) {
                lines[i] += line.indexOf(DELIMITERS.charAt(i)) >= 0 ? 1 : 0;
            }
        }
        int best = 0;
        for (int i = 1; i < lines.length; i++) {
            best = lines[i] > lines[best] ? i : best;
        }
        return lines[best] == 0 ? 0 : DELIMITERS.charAt(best);
    }

    private List<TableRow> read() throws UnreadableList {
        while (at < text.length()) {
            row();
        }
        return rows;
    }

    private void row() throws UnreadableList {
        int started = line;
        cells = new ArrayList<>(2);
        boolean more = true;
        while (more) {
            String cell = cell();
            if (cells.size() < TableRow.COLUMNS) {
                cells.add(cell);
            }
            more = at < text.length() && text.charAt(at) == delimiter;
            at += more ? 1 : 0;
        }
        newline();
        var row = new TableRow(started, cells);
        if (row.blank()) {
            return;
        }
        if (rows.size() == TableRow.MOST) {
            throw TableRow.tooMany();
        }
        rows.add(row);
    }

    private void newline() {
        if (at < text.length()) {
            at += text.startsWith("\r\n", at) ? 2 : 1;
            line++;
        }
    }

    private boolean ends(char c) {
        return c == '\n' || c == '\r' || c == delimiter;
    }

    private String cell() {
        int start = at;
        while (start < text.length()
                && (text.charAt(start) == ' ' || text.charAt(start) == '=')
                && !ends(text.charAt(start))) {
            start++;
        }
        if (start < text.length() && text.charAt(start) == '"') {
            int close = close(start + 1);
            if (close > 0) {
                return quoted(start + 1, close);
            }
        }
        int end = at;
        while (end < text.length() && !ends(text.charAt(end))) {
            if (text.charAt(end) == '#' && comments(end)) {
                return commented(end);
            }
            end++;
        }
        String cell = text.substring(at, end);
        at = end;
        return cell;
    }

    // "#" begins a comment at a cell's start and after a space: it may be part of a serial number.
    private boolean comments(int sharp) {
        return sharp == at || text.charAt(sharp - 1) == ' ' || text.charAt(sharp - 1) == '\t';
    }

    private String commented(int sharp) {
        String cell = text.substring(at, sharp);
        at = sharp;
        while (at < text.length() && text.charAt(at) != '\n' && text.charAt(at) != '\r') {
            at++;
        }
        return cell;
    }

    // Where the quotation mark closes that opened before: in front of a cell's or line's end.
    private int close(int from) {
        int last = Math.min(text.length(), from + QUOTED);
        for (int i = from; i < last; i++) {
            if (text.charAt(i) == '"') {
                if (i + 1 < text.length() && text.charAt(i + 1) == '"') {
                    i++;
                } else {
                    int next = i + 1;
                    while (next < text.length() && text.charAt(next) == ' ') {
                        next++;
                    }
                    return next == text.length() || ends(text.charAt(next)) ? i : -1;
                }
            }
        }
        return -1;
    }

    private String quoted(int from, int close) {
        String cell = text.substring(from, close).replace("\"\"", "\"");
        for (int i = from; i < close; i++) {
            char c = text.charAt(i);
            line += c == '\n' || (c == '\r' && text.charAt(i + 1) != '\n') ? 1 : 0;
        }
        at = close + 1;
        while (at < text.length() && !ends(text.charAt(at))) {
            at++;
        }
        return cell;
    }
}
