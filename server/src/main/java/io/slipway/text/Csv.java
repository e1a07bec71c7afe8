package io.slipway.text;

import java.nio.charset.StandardCharsets;

/** Tables for spreadsheets. */
public final class Csv {

    /** What spreadsheets take for the beginning of a formula; the last four are full-width. */
    private static final String FORMULA = "=+-@\t\r\n\uff1d\uff0b\uff0d\uff20";

    /** At the start of a file: tells spreadsheets that it is UTF-8. */
    public static final String MARK = "\ufeff";

    private Csv() {}

    /** A line in UTF-8, with the line end of the standard. No cell of it is ever a formula. */
    public static byte[] line(String... cells) {
        var line = new StringBuilder();
        for (String cell : cells) {
            line.append(line.isEmpty() ? "" : ",").append(cell(cell));
        }
        return line.append("\r\n").toString().getBytes(StandardCharsets.UTF_8);
    }

    /** A cell: an apostrophe in front makes it text, whatever it begins with. */
    public static String cell(String text) {
        String quoted = (formula(text) ? "'" + text : text).replace("\"", "\"\"");
        return quoted.equals(text) && text.matches(MARK + "?[A-Za-z0-9 .:/_-]*")
                ? text
                : '"' + quoted + '"';
    }

    /** An unquoted cell as it was before {@link #cell}. */
    public static String plain(String cell) {
        return cell.startsWith("'") && formula(cell.substring(1)) ? cell.substring(1) : cell;
    }

    private static boolean formula(String text) {
        return !text.isEmpty() && FORMULA.indexOf(text.charAt(0)) >= 0;
    }
}
