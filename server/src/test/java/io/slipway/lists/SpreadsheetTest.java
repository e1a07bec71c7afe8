package io.slipway.lists;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.slipway.lists.DeviceList.ListSource;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SpreadsheetTest {

    private static final String A = "d4:06:06:b6:a9:fa";

    @Test
    void aSheetIsReadWithItsRowsAndColumns() throws Exception {
        byte[] file =
                Xlsx.of(
                        new String[] {"出货单"},
                        new String[] {},
                        new String[] {"序列号", "MAC地址", "电话"},
                        new String[] {"#202612010001", A, "#13800138000"},
                        new String[] {"#2.02612010002E11", "", "#138"},
                        new String[] {"#1.23456789012345678E17", "#102233445566", ""});
        DeviceList macs = ListReader.read(file, ListKind.MACS, false);
        assertThat(macs.source()).isEqualTo(new ListSource(2, "MAC地址", 0));
        assertThat(macs.devices())
                .containsExactly(
                        new ListEntry(4, A, null), new ListEntry(6, "10:22:33:44:55:66", null));
        assertThat(macs.refused()).extracting(DeviceList.RefusedEntry::line).containsExactly(5);
        DeviceList serials = ListReader.read(file, ListKind.SERIALS, false);
        assertThat(serials.devices())
                .extracting(ListEntry::value)
                .containsExactly("202612010001", "202612010002");
        assertThat(serials.faults()).isEqualTo(Map.of(ListFault.NUMBER, 1));
    }

    @Test
    void textMayBeWhereverSpreadsheetsPutIt() throws Exception {
        String rows =
                "<row><c t=\"inlineStr\"><is><r><t>d4:06:</t></r><r><t>06:b6:a9:fa</t></r></is></c></row>"
                        + "<row r=\"7\"><c r=\"B7\" t=\"str\"><f>A1</f><v>D40606B6A9FB</v></c></row>"
                        + "<row r=\"8\"><c r=\"A8\" t=\"s\"><v>7</v></c><c r=\"ZZZZZZ1\"><v>1</v></c></row>";
        DeviceList list = ListReader.read(Xlsx.sheet(rows, List.of()), ListKind.MACS, false);
        assertThat(list.devices())
                .containsExactly(
                        new ListEntry(1, A, null), new ListEntry(7, "d4:06:06:b6:a9:fb", null));
    }

    @Test
    void aDtdIsRefused() {
        String bomb =
                "<!DOCTYPE x [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;&a;\">]>"
                        + "<worksheet><sheetData><row r=\"1\"><c r=\"A1\" t=\"str\"><v>&b;</v></c></row>"
                        + "</sheetData></worksheet>";
        refused(Xlsx.zip(Map.of("xl/worksheets/sheet1.xml", bomb)), "DTD");
        String outside = "<!DOCTYPE x SYSTEM \"file:///etc/passwd\"><sst><si><t>x</t></si></sst>";
        refused(Xlsx.zip(Map.of("xl/sharedStrings.xml", outside)), "DTD");
    }

    @Test
    void whatItInflatesToIsLimited() {
        String large = "x".repeat(Spreadsheet.MOST_INFLATED / 2 + 1);
        byte[] bomb = Xlsx.zip(Map.of("xl/media/a.png", large, "xl/media/b.png", large));
        assertThat(bomb.length).isLessThan(1024 * 1024);
        assertThat(Spreadsheet.inflatedSize(bomb)).isEqualTo(Spreadsheet.MOST_INFLATED);
        refused(bomb, "64 MiB");
        String cell = "<worksheet><c t=\"str\"><v>" + large + large + "</v></c></worksheet>";
        refused(Xlsx.zip(Map.of("xl/worksheets/sheet1.xml", cell)), "64 MiB");
        byte[] half = Xlsx.zip(Map.of("xl/media/a.png", large));
        assertThat(Spreadsheet.inflatedSize(half)).isEqualTo(large.length() + half.length);
        assertThat(Spreadsheet.inflatedSize(new byte[] {1, 2, 3})).isEqualTo(3);
    }

    @Test
    void rowsAndPartsAreLimited() {
        String row = "<row><c t=\"str\"><v>" + A + "</v></c></row>";
        refused(Xlsx.sheet(row.repeat(TableRow.MOST + 1), List.of()), "200000");
        var parts = new java.util.TreeMap<String, String>();
        for (int i = 0; i < 1_001; i++) {
            parts.put("p" + i, "");
        }
        refused(Xlsx.zip(parts), "64 MiB");
    }

    @Test
    void whatCellsNameCountsInEach() {
        String cells = "<c t=\"s\"><v>0</v></c>".repeat(50);
        String rows = ("<row>" + cells + "</row>").repeat(50);
        refused(Xlsx.sheet(rows, List.of("x".repeat(32_000))), "64 MiB");
    }

    @Test
    void whatIsBrokenIsRefused() {
        byte[] file = Xlsx.of(new String[] {"MAC"}, new String[] {A});
        for (int length = 4; length < file.length; length += 7) {
            byte[] cut = Arrays.copyOf(file, length);
            try {
                ListReader.read(cut, ListKind.MACS, false);
            } catch (UnreadableList e) {
                assertThat(e.reason().zh()).contains("xlsx");
            }
        }
        refused(Xlsx.sheet("<row r=\"-1\"/>", List.of()), "intact");
        refused(Xlsx.sheet("<row r=\"9999999\"/>", List.of()), "intact");
        refused(Xlsx.sheet("<row><c t=\"s\"><v>x</v></c></row>", List.of()), "intact");
        refused(Xlsx.sheet("<row", List.of()), "intact");
    }

    @Test
    void numbersAreWhatAPersonTyped() {
        assertThat(SheetParser.number("1.12233445566E11")).isEqualTo("112233445566");
        assertThat(SheetParser.number("112233445566")).isEqualTo("112233445566");
        assertThat(SheetParser.number("5.0")).isEqualTo("5");
        assertThat(SheetParser.number("0.5")).isEqualTo("0.5");
        assertThat(SheetParser.number("1E2147483647")).isEqualTo("1E2147483647");
        assertThat(SheetParser.number("1E-2147483647")).isEqualTo("1E-2147483647");
        assertThat(SheetParser.number("x")).isEqualTo("x");
    }

    private static void refused(byte[] file, String why) {
        assertThatThrownBy(() -> ListReader.read(file, ListKind.MACS, false))
                .isInstanceOf(UnreadableList.class)
                .hasMessageContaining(why);
    }
}
