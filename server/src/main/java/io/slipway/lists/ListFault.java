package io.slipway.lists;

import io.slipway.text.Sentence;

/** Why an entry of a list is refused. */
public enum ListFault {
    NOT_A_MAC("不是 MAC 地址", "not a MAC address"),
    NUMBER(
            "是数字：表格软件可能改过它，请把这一列设为文本再填",
            "a number, which the spreadsheet may have changed: format the column as text and fill it"
                    + " in again"),
    ZERO("全零地址不属于任何设备", "the address of zeros belongs to no device"),
    BROADCAST("广播地址不属于任何设备", "the broadcast address belongs to no device"),
    MULTICAST("组播地址不属于单一设备", "a multicast address does not belong to a single device"),
    NO_ACCOUNT("斜杠前面缺少账号", "the account before the slash is missing"),
    NOT_A_SERIAL(
            "序列号是 1 到 64 个可见的 ASCII 字符，不含空格",
            "a serial number has 1 to 64 visible ASCII characters, no spaces"),
    KEY_NOT_HEX("密钥应为 32 到 128 个十六进制字符", "a key has 32 to 128 hex digits"),
    KEY_SIZE("密钥应为 16 到 64 字节", "a key has 16 to 64 bytes"),
    COLUMNS(
            "列太多：请加一行表头，写明“序列号”和“密钥”",
            "too many columns: add a heading that names “serial” and “key”");

    private final String zh;
    private final String en;

    ListFault(String zh, String en) {
        this.zh = zh;
        this.en = en;
    }

    /** The reason in words. */
    public Sentence text() {
        return new Sentence(zh, en);
    }
}
