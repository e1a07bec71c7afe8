package io.slipway.lists;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/** Headings by which columns are recognised, in Chinese and English. */
final class Headings {

    private static final Pattern IGNORED = Pattern.compile("[\\s_\\-.:/#*()\\[\\]（）【】]+");

    /** From the most certain. */
    private static final List<String> MAC =
            List.of(
                    "mac",
                    "mac地址",
                    "macaddress",
                    "设备mac",
                    "设备mac地址",
                    "macs",
                    "macaddresses",
                    "macaddr",
                    "devicemac",
                    "devicemacaddress",
                    "wifimac",
                    "wifimac地址",
                    "stamac",
                    "stamac地址",
                    "basemac",
                    "wlanmac",
                    "无线mac",
                    "无线mac地址",
                    "网卡地址",
                    "物理地址",
                    "硬件地址",
                    "设备地址",
                    "macid",
                    "deviceid",
                    "设备id",
                    "设备",
                    "id");

    private static final List<String> SERIAL =
            List.of(
                    "序列号",
                    "设备序列号",
                    "产品序列号",
                    "serialnumber",
                    "serial",
                    "sn",
                    "sn号",
                    "sn码",
                    "serialno",
                    "serialnumbers",
                    "serials",
                    "deviceserial",
                    "deviceserialnumber",
                    "设备sn",
                    "产品sn",
                    "机身号",
                    "串号",
                    "设备编号",
                    "device",
                    "设备");

    private static final Set<String> KEY =
            Set.of(
                    "key",
                    "keys",
                    "密钥",
                    "设备密钥",
                    "hmac",
                    "hmackey",
                    "hmac密钥",
                    "devicekey",
                    "secret",
                    "serialkey",
                    "序列号密钥",
                    "激活密钥",
                    "activationkey");

    /** A device's other MAC addresses: not the one that it sends. */
    private static final Pattern OTHER =
            Pattern.compile("bt|ble|bluetooth|蓝牙|eth|以太|有线|ap|gateway|router|网关|路由");

    private static final int LONGEST = 40;

    /** Rows at the top among which the heading is looked for: there may be titles above it. */
    static final int TITLES = 10;

    private Headings() {}

    /** The column that a row of headings names for a list, from 0; -1 if it is no such row. */
    static int column(TableRow row, ListKind kind) {
        int best = -1;
        int lowest = Integer.MAX_VALUE;
        for (int i = 0; i < row.cells().size(); i++) {
            int rank = rank(row.cell(i), kind);
            if (rank >= 0 && rank < lowest) {
                best = i;
                lowest = rank;
            }
        }
        return best;
    }

    /**
     * How well a cell fits as the heading of a list's column: the lower the better, -1 if it is
     * none.
     */
    private static int rank(String cell, ListKind kind) {
        String name = name(cell);
        if (kind == ListKind.SERIALS) {
            return SERIAL.indexOf(name);
        }
        int known = MAC.indexOf(name);
        if (known >= 0 || !name.contains("mac")) {
            return known;
        }
        return OTHER.matcher(name).find() ? 2 * MAC.size() : MAC.size();
    }

    /** Whether a cell is the heading of keys. */
    static boolean key(String cell) {
        return KEY.contains(name(cell));
    }

    private static String name(String cell) {
        String plain = ListText.cell(cell);
        return plain.length() > LONGEST
                ? ""
                : IGNORED.matcher(plain.toLowerCase(Locale.ROOT)).replaceAll("");
    }
}
