package io.slipway.lists;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.slipway.lists.DeviceList.ListSource;
import io.slipway.lists.DeviceList.RefusedEntry;
import io.slipway.protocol.Mac;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ListReaderTest {

    private static final String A = "d4:06:06:b6:a9:fa";
    private static final String B = "d4:06:06:b6:a9:fb";
    private static final String C = "d4:06:06:b6:a9:fc";
    private static final String KEY = "00112233445566778899aabbccddeeff";

    @Test
    void aListIsOnePerLineOrSeveral() {
        assertThat(macs(A + "\r\n\r\n" + B + "\n# all of the lab\n" + C + " # desk 3\n"))
                .containsExactly(A, B, C);
        for (String between : List.of(",", ";", ", ", "、", "，", "；", " ", "\t", "|", "\n", "\r")) {
            assertThat(macs(A + between + B + between + C)).as(between).containsExactly(A, B, C);
            assertThat(macs("D40606B6A9FA" + between + "d40606b6a9fb")).containsExactly(A, B);
        }
        assertThat(read("", ListKind.MACS).devices()).isEmpty();
        assertThat(read("\ufeff\n\n", ListKind.MACS).devices()).isEmpty();
    }

    @Test
    void aListHasNoMoreDevicesThanRows() {
        String most =
                IntStream.range(0, DeviceList.MOST / 2)
                        .mapToObj(i -> "d406%08x,d407%08x\n".formatted(i, i))
                        .collect(Collectors.joining());
        assertThat(read(most, ListKind.MACS).devices()).hasSize(DeviceList.MOST);
        // Named again, it is still the same device.
        assertThat(read(most + "d40600000000\n", ListKind.MACS).repeated()).isEqualTo(1);
        byte[] more = (most + A).getBytes(StandardCharsets.UTF_8);
        assertThatThrownBy(() -> ListReader.read(more, ListKind.MACS, false))
                .isInstanceOf(UnreadableList.class)
                .hasMessageContaining("200000 devices");
    }

    /** Each would take hours if the work grew with the square of the text. */
    @Test
    void whatLooksLikeWorkIsNone() {
        String hex = "0123456789ab";
        for (String cell :
                List.of(
                        "'".repeat(4_000_000),
                        "\"".repeat(4_000_000),
                        hex + "'".repeat(4_000_000),
                        hex + "\u0316".repeat(1_000_000) + "\u0301".repeat(1_000_000))) {
            assertThat(values(read(cell, ListKind.SERIALS))).isEmpty();
        }
        assertThat(ListText.cell("'".repeat(4) + A + "'".repeat(4))).isEqualTo(A);
    }

    @Test
    void textIsFoldedWhole() {
        String pair = "\ud835\udfd9";
        for (int before = 250; before < 260; before++) {
            String text = "x".repeat(before) + pair + "\uff21";
            assertThat(ListText.plain(text)).as("%d", before).isEqualTo("x".repeat(before) + "1A");
        }
    }

    @Test
    void theColumnIsFoundByItsHeading() {
        for (String heading :
                List.of(
                        "MAC",
                        "mac地址",
                        "设备MAC",
                        "MAC Address",
                        "mac_address",
                        "WiFi MAC",
                        "＂MAC＂")) {
            DeviceList list = read("序号,名称," + heading + "\n1,客厅," + A + "\n2,,B\n", ListKind.MACS);
            assertThat(list.source()).as(heading).extracting(ListSource::column).isEqualTo(3);
            assertThat(values(list)).containsExactly(A);
            assertThat(list.refused())
                    .containsExactly(new RefusedEntry(3, "B", ListFault.NOT_A_MAC));
        }
        DeviceList list =
                read(
                        "发货清单,,\n,,\n蓝牙MAC,MAC地址,SN\n" + B + "," + A + ",112233445566\n",
                        ListKind.MACS);
        assertThat(list.source()).isEqualTo(new ListSource(2, "MAC地址", 0));
        assertThat(list.devices()).containsExactly(new ListEntry(4, A, null));
    }

    @Test
    void otherwiseTheColumnIsTheOneWithMacs() {
        DeviceList list =
                read(
                        "123456789012\t" + A + "\t13800138000\n123456789013\t" + B + "\t\n",
                        ListKind.MACS);
        assertThat(list.source()).isEqualTo(new ListSource(2, "", 0));
        assertThat(values(list)).containsExactly(A, B);
        assertThat(list.refusedCount()).isZero();
        DeviceList named = read("箱号;地址;电话\n1;" + A + ";138001380012\n", ListKind.MACS);
        assertThat(named.source()).isEqualTo(new ListSource(2, "地址", 0));
        assertThat(values(named)).containsExactly(A);
        // A heading that names another column.
        DeviceList wrong = read("设备,地址\n客厅," + A + "\n卧室," + B + "\n", ListKind.MACS);
        assertThat(wrong.source().column()).isEqualTo(2);
        assertThat(values(wrong)).containsExactly(A, B);
    }

    @Test
    void aNumberBesideASeparatedMacIsNone() {
        String heading = "SN,MAC,电话\n";
        String rows = "202612010001,%s,138001380001\n202612010002,%s,138001380002\n";
        for (ListKind kind : List.of(ListKind.MACS, ListKind.NAMES)) {
            assertThat(values(read(heading + rows.formatted(A, B), kind))).containsExactly(A, B);
            assertThat(values(read(rows.formatted(A, B), kind))).containsExactly(A, B);
            assertThat(values(read("202612010001 " + A, kind))).containsExactly(A);
            assertThat(values(read("202612010001," + A, kind))).containsExactly(A);
        }
        // Alone, they are what was asked for.
        assertThat(macs("102233445566\n102233445567")).hasSize(2);
    }

    @Test
    void whatIsRefusedIsNamedWithItsReason() {
        DeviceList list =
                read(
                        A
                                + "\n\n00:00:00:00:00:00\nff-ff-ff-ff-ff-ff\n0100.5e00.0001\nd4:06:06:b6:a9\n"
                                + "1122334455\n1.12233E+11\nD40606B6A9FA\n"
                                + "客".repeat(100),
                        ListKind.MACS);
        assertThat(values(list)).containsExactly(A);
        assertThat(list.repeated()).isEqualTo(1);
        assertThat(list.refused())
                .extracting(RefusedEntry::line, RefusedEntry::fault)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple(3, ListFault.ZERO),
                        org.assertj.core.groups.Tuple.tuple(4, ListFault.BROADCAST),
                        org.assertj.core.groups.Tuple.tuple(5, ListFault.MULTICAST),
                        org.assertj.core.groups.Tuple.tuple(6, ListFault.NOT_A_MAC),
                        org.assertj.core.groups.Tuple.tuple(7, ListFault.NUMBER),
                        org.assertj.core.groups.Tuple.tuple(8, ListFault.NUMBER),
                        org.assertj.core.groups.Tuple.tuple(10, ListFault.NOT_A_MAC));
        assertThat(list.refused().getLast().value()).isEqualTo("客".repeat(64) + "…");
        DeviceList junk = read("junk\n".repeat(5_000), ListKind.MACS);
        assertThat(junk.faults()).isEqualTo(Map.of(ListFault.NOT_A_MAC, 5_000));
        assertThat(junk.refused()).hasSize(DeviceList.SHOWN);
        // A typing error among others is not left out silently.
        assertThat(read(A + " " + B + ", d4:06:06:b6:a9:fg", ListKind.MACS).refusedCount())
                .isEqualTo(1);
    }

    @Test
    void allRefusedEntriesAreListedIfWanted() throws UnreadableList {
        byte[] junk = "junk 1\n".repeat(1_000).getBytes(StandardCharsets.UTF_8);
        DeviceList list = ListReader.read(junk, ListKind.MACS, false, DeviceList.MOST);
        assertThat(list.refused())
                .extracting(RefusedEntry::line)
                .isEqualTo(IntStream.rangeClosed(1, 1_000).boxed().toList());
        // A line may hold many.
        String one = "00:00:00:00:00:00 ".repeat(DeviceList.MOST + 1_000);
        DeviceList most =
                ListReader.read(
                        one.getBytes(StandardCharsets.UTF_8),
                        ListKind.MACS,
                        false,
                        Integer.MAX_VALUE);
        assertThat(most.refused()).hasSize(DeviceList.MOST);
        assertThat(most.refusedCount()).isEqualTo(DeviceList.MOST + 1_000);
    }

    @Test
    void accountsAreNamedWhereTheyAreAsked() {
        DeviceList list =
                read(
                        A
                                + "\n张三/D4-06-06-B6-A9-FA\n张三 / d40606b6a9fa\n/"
                                + A
                                + "\n张三/\nann/"
                                + B
                                + "、bob/"
                                + B
                                + "\nd4/06/06/b6/a9/fc",
                        ListKind.NAMES);
        assertThat(values(list)).containsExactly(A, "张三/" + A, "ann/" + B, "bob/" + B, C);
        assertThat(list.repeated()).isEqualTo(1);
        assertThat(list.faults())
                .isEqualTo(Map.of(ListFault.NO_ACCOUNT, 1, ListFault.NOT_A_MAC, 1));
    }

    @Test
    void quotedCellsMayContainAnything() {
        assertThat(
                        macs(
                                "MAC,备注\r\n\"D4:06:06:B6:A9:FA\",\"a \"\"b\"\", c\r\nd\"\r\n=\"d40606b6a9fb\",x\r\n\"=\"\"d40606b6a9fc\"\"\",5\" display\r\n"))
                .containsExactly(A, B, C);
        assertThat(read("\"a\nb\"," + A + "\nx," + B, ListKind.MACS).devices())
                .extracting(ListEntry::line)
                .containsExactly(1, 3);
        // A mark that is not closed is text.
        assertThat(macs("\"," + A + "\n," + B + "\n")).containsExactly(A, B);
    }

    @Test
    void everyUsualEncodingIsRead() throws Exception {
        String text = "设备MAC,位置\r\n" + A + ",客厅\r\n" + B + ",卧室\r\n";
        var encoded =
                Map.of(
                        "UTF-8", text.getBytes(StandardCharsets.UTF_8),
                        "UTF-8 with mark", ("\ufeff" + text).getBytes(StandardCharsets.UTF_8),
                        "UTF-16LE", text.getBytes(StandardCharsets.UTF_16LE),
                        "UTF-16BE", text.getBytes(StandardCharsets.UTF_16BE),
                        "LE with mark", ("\ufeff" + text).getBytes(StandardCharsets.UTF_16LE),
                        "BE with mark", ("\ufeff" + text).getBytes(StandardCharsets.UTF_16BE),
                        "GB18030", text.getBytes(Charset.forName("GB18030")),
                        "GBK", text.getBytes(Charset.forName("GBK")));
        for (var each : encoded.entrySet()) {
            DeviceList list = ListReader.read(each.getValue(), ListKind.MACS, false);
            assertThat(values(list)).as(each.getKey()).containsExactly(A, B);
            assertThat(list.source()).as(each.getKey()).isEqualTo(new ListSource(1, "设备MAC", 0));
        }
        for (byte[] junk :
                List.of(
                        new byte[] {(byte) 0xff},
                        new byte[] {'a', 0, 0, 0},
                        new byte[] {(byte) 0xd0, (byte) 0xcf, 0x11, (byte) 0xe0, 0, 0})) {
            assertThatThrownBy(() -> ListReader.read(junk, ListKind.MACS, false))
                    .isInstanceOf(UnreadableList.class);
        }
    }

    @Test
    void serialNumbersAreReadWithAndWithoutKeys() {
        DeviceList list =
                read("SN,key\n SN-1 ," + KEY + "\nSN-2\n'SN-1\nS N\nSN-3,12\n", ListKind.SERIALS);
        assertThat(list.source()).isEqualTo(new ListSource(1, "SN", 2));
        assertThat(list.devices())
                .containsExactly(new ListEntry(2, "SN-1", KEY), new ListEntry(3, "SN-2", null));
        assertThat(list.repeated()).isEqualTo(1);
        assertThat(list.refused())
                .containsExactly(
                        new RefusedEntry(5, "S N", ListFault.NOT_A_SERIAL),
                        new RefusedEntry(6, "SN-3", ListFault.KEY_NOT_HEX));
        assertThat(values(read("SN-1、SN-2；SN-3，SN:SN-4\n序列号：SN-5", ListKind.SERIALS)))
                .containsExactly("SN-1", "SN-2", "SN-3", "SN-4", "SN-5");
        DeviceList bare = read("SN-1," + KEY + "\nSN-2", ListKind.SERIALS);
        assertThat(bare.source()).isEqualTo(new ListSource(1, "", 2));
        assertThat(bare.devices()).extracting(ListEntry::key).containsExactly(KEY, null);
    }

    @Test
    void theColumnsOfSerialNumbersAndKeysAreFound() {
        String table = "名称,设备MAC,密钥,序列号\n客厅," + A + "," + KEY + ",SN-1\n";
        DeviceList list = read(table, ListKind.SERIALS);
        assertThat(list.source()).isEqualTo(new ListSource(4, "序列号", 3));
        assertThat(list.devices()).containsExactly(new ListEntry(2, "SN-1", KEY));
        // A column of MACs is none of serial numbers, nor of keys.
        assertThat(values(read(A + ",SN-1\n" + B + ",SN-2", ListKind.SERIALS)))
                .containsExactly("SN-1", "SN-2");
        assertThat(values(read("SN-1," + A + "\nSN-2," + B, ListKind.SERIALS)))
                .containsExactly("SN-1", "SN-2");
        // Never a guess which one is the key, and never a key among what is shown.
        DeviceList many = read("SN-1," + KEY + ",x\n", ListKind.SERIALS);
        assertThat(many.devices()).isEmpty();
        assertThat(many.refused()).containsExactly(new RefusedEntry(1, "SN-1", ListFault.COLUMNS));
    }

    @Test
    void textKeysAreMeasuredInBytes() throws Exception {
        byte[] text = "SN-1,sixteen bytes...\nSN-2,too short\n".getBytes(StandardCharsets.UTF_8);
        DeviceList list = ListReader.read(text, ListKind.SERIALS, true);
        assertThat(list.devices()).containsExactly(new ListEntry(1, "SN-1", "sixteen bytes..."));
        assertThat(list.refused()).containsExactly(new RefusedEntry(2, "SN-2", ListFault.KEY_SIZE));
    }

    @Test
    void whatAListLosesIsAlwaysCounted() {
        var random = new Random(3);
        List<String> cells = List.of(A, B, "d40606b6a9fc", "客厅", "", "112233445566", "x", "a,b");
        for (int i = 0; i < 2_000; i++) {
            int rows = 1 + random.nextInt(6);
            String text =
                    IntStream.range(0, rows)
                            .mapToObj(row ->
                                    IntStream.range(0, 3)
                                            .mapToObj(n -> cells.get(random.nextInt(cells.size())))
                                            .collect(Collectors.joining("\t")))
                            .collect(Collectors.joining("\n"));
            DeviceList list = read(text, ListKind.MACS);
            // Each row with a MAC that certainly is one gives a device or a count.
            for (String mac : List.of(A, B)) {
                if (text.lines().allMatch(line -> line.contains(mac))) {
                    assertThat(values(list)).as(text).isNotEmpty();
                }
            }
            long filled = text.lines().filter(line -> !line.isBlank()).count();
            assertThat(list.devices().size() + list.repeated() + list.refusedCount())
                    .as(text)
                    .isGreaterThanOrEqualTo((int) filled - 1);
            assertThat(values(list)).doesNotHaveDuplicates();
        }
    }

    @Test
    void twoHundredThousandRowsAreReadAndNoMore() {
        String rows =
                IntStream.range(0, TableRow.MOST)
                        .mapToObj(i -> new Mac(0x0200_0000_0000L + i).toString())
                        .collect(Collectors.joining("\n"));
        assertThat(read(rows, ListKind.MACS).devices()).hasSize(TableRow.MOST);
        byte[] more = (rows + "\n" + A).getBytes(StandardCharsets.UTF_8);
        assertThatThrownBy(() -> ListReader.read(more, ListKind.MACS, false))
                .isInstanceOf(UnreadableList.class);
        // One long line is read once, not once for each entry.
        assertThat(macs(String.join("、", Collections.nCopies(50_000, A)))).containsExactly(A);
    }

    private static List<String> macs(String text) {
        DeviceList list = read(text, ListKind.MACS);
        assertThat(list.refused()).as(text).isEmpty();
        return values(list);
    }

    private static List<String> values(DeviceList list) {
        return list.devices().stream().map(ListEntry::value).toList();
    }

    private static DeviceList read(String text, ListKind kind) {
        try {
            return ListReader.read(text.getBytes(StandardCharsets.UTF_8), kind, false);
        } catch (UnreadableList e) {
            throw new AssertionError(text, e);
        }
    }
}
