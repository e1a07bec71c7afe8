package io.slipway.lists;

import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.lists.DeviceList.RefusedEntry;
import io.slipway.protocol.Mac;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.LinkedHashMap;

/** Lists of devices: text, and spreadsheets. */
public final class DeviceListFuzz {

    /** What a spreadsheet is made of; the rest of the file is what {@link Spreadsheet} skips. */
    private static final String[] PARTS = {
        "xl/worksheets/sheet1.xml",
        "xl/sharedStrings.xml",
        "xl/workbook.xml",
        "xl/_rels/workbook.xml.rels"
    };

    private DeviceListFuzz() {}

    /**
     * Reads one file, of each kind. What begins with {@code <} is read as the XML of a spreadsheet,
     * too, its parts separated by zeros: a fuzzer does not get through their compression.
     */
    public static void fuzzerTestOneInput(byte[] file) {
        check(file);
        if (file.length > 0 && file[0] == '<') {
            String[] xml = new String(file, StandardCharsets.UTF_8).split("\0", PARTS.length);
            var parts = new LinkedHashMap<String, String>();
            for (int i = 0; i < xml.length; i++) {
                parts.put(PARTS[i], xml[i]);
            }
            check(Xlsx.zip(parts));
        }
    }

    private static void check(byte[] file) {
        assertThat(Spreadsheet.inflatedSize(file))
                .isBetween(file.length, Math.max(file.length, Spreadsheet.MOST_INFLATED));
        for (ListKind kind : ListKind.values()) {
            for (boolean ascii : new boolean[] {false, true}) {
                check(file, kind, ascii);
            }
        }
    }

    private static void check(byte[] file, ListKind kind, boolean ascii) {
        DeviceList list;
        try {
            list = ListReader.read(file, kind, ascii);
            assertThat(ListReader.read(file, kind, ascii)).isEqualTo(list);
        } catch (UnreadableList refused) {
            plain(refused.reason().zh(), 200);
            plain(refused.reason().en(), 200);
            return;
        }
        plain(list.source().heading(), 70);
        assertThat(list.devices()).hasSizeLessThanOrEqualTo(DeviceList.MOST);
        assertThat(list.refused()).hasSize(Math.min(DeviceList.SHOWN, list.refusedCount()));
        var seen = new HashSet<String>();
        for (ListEntry device : list.devices()) {
            assertThat(device.line()).isPositive();
            assertThat(seen.add(device.value())).as("once").isTrue();
            plain(device.value(), 200);
            switch (kind) {
                case MACS -> mac(device.value());
                case NAMES -> mac(device.value().substring(device.value().lastIndexOf('/') + 1));
                case SERIALS -> assertThat(device.value()).matches("[!-~]{1,64}");
            }
            String key = device.key();
            if (key != null) {
                assertThat(kind).isEqualTo(ListKind.SERIALS);
                assertThat(key).hasSizeBetween(ascii ? 1 : 32, 128);
            }
        }
        for (RefusedEntry refused : list.refused()) {
            assertThat(refused.line()).isPositive();
            plain(refused.value(), 70);
        }
    }

    private static void mac(String value) {
        assertThat(Mac.parse(value).orElseThrow()).hasToString(value);
    }

    private static void plain(String text, int most) {
        assertThat(text).hasSizeLessThanOrEqualTo(most);
        assertThat(text.codePoints()).noneMatch(c -> Character.getType(c) == Character.SURROGATE);
    }
}
