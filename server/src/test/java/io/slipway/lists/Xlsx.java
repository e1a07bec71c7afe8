package io.slipway.lists;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** Makes xlsx files, as spreadsheets save them, and broken ones. */
final class Xlsx {

    private static final String MAIN =
            "xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"";

    private final Map<String, String> parts = new LinkedHashMap<>();

    private Xlsx() {}

    /** With shared strings; what begins with {@code #} is a number. */
    static byte[] of(String[]... rows) {
        var strings = new ArrayList<String>();
        var sheet = new StringBuilder();
        for (int row = 0; row < rows.length; row++) {
            sheet.append("<row r=\"").append(row + 1).append("\">");
            for (int column = 0; column < rows[row].length; column++) {
                String value = rows[row][column];
                String at = (char) ('A' + column) + Integer.toString(row + 1);
                if (value.startsWith("#")) {
                    sheet.append("<c r=\"%s\"><v>%s</v></c>".formatted(at, value.substring(1)));
                } else if (!value.isEmpty()) {
                    sheet.append("<c r=\"%s\" t=\"s\"><v>%d</v></c>".formatted(at, strings.size()));
                    strings.add(value);
                }
            }
            sheet.append("</row>");
        }
        return sheet(sheet.toString(), strings);
    }

    /** With the rows' XML as given. */
    static byte[] sheet(String rows, List<String> strings) {
        var xlsx = new Xlsx();
        xlsx.parts.put(
                "xl/worksheets/sheet2.xml",
                "<worksheet " + MAIN + "><sheetData>" + rows + "</sheetData></worksheet>");
        xlsx.parts.put(
                "xl/worksheets/sheet1.xml",
                "<worksheet "
                        + MAIN
                        + "><sheetData><row r=\"1\"><c r=\"A1\" t=\"inlineStr\"><is><t>hidden</t>"
                        + "</is></c></row></sheetData></worksheet>");
        xlsx.parts.put(
                "xl/workbook.xml",
                "<workbook "
                        + MAIN
                        + " xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\">"
                        + "<sheets><sheet name=\"a\" sheetId=\"1\" state=\"hidden\" r:id=\"rId1\"/>"
                        + "<sheet name=\"b\" sheetId=\"2\" r:id=\"rId2\"/></sheets></workbook>");
        xlsx.parts.put(
                "xl/_rels/workbook.xml.rels",
                "<Relationships><Relationship Id=\"rId1\" Target=\"worksheets/sheet1.xml\"/>"
                        + "<Relationship Id=\"rId2\" Target=\"/xl/worksheets/sheet2.xml\"/></Relationships>");
        var shared = new StringBuilder("<sst " + MAIN + ">");
        for (String string : strings) {
            shared.append("<si><r><t>")
                    .append(string.replace("&", "&amp;").replace("<", "&lt;"))
                    .append("</t></r><rPh sb=\"0\" eb=\"1\"><t>ignored</t></rPh></si>");
        }
        xlsx.parts.put("xl/sharedStrings.xml", shared.append("</sst>").toString());
        return zip(xlsx.parts);
    }

    /** An archive of these parts, in UTF-8. */
    static byte[] zip(Map<String, String> parts) {
        var bytes = new ByteArrayOutputStream();
        try (var zip = new ZipOutputStream(bytes)) {
            for (var part : parts.entrySet()) {
                zip.putNextEntry(new ZipEntry(part.getKey()));
                zip.write(part.getValue().getBytes(StandardCharsets.UTF_8));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }
}
