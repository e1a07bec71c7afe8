package io.slipway.device;

import io.slipway.http.schema.Described;
import io.slipway.http.schema.Omitted;
import io.slipway.http.schema.Shape;
import io.slipway.lists.DeviceList;
import io.slipway.lists.ListEntry;
import io.slipway.lists.ListFault;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a list of devices was read as. */
record DeviceListView(
        @Described("取自第几列，从 1 起；0 为不止一列 · the column it was taken from, from 1; 0 if more than one")
                int column,
        @Described("该列的表头，没有则为空 · that column's heading; empty for none") String heading,
        @Described("密钥取自第几列；0 为没有 · the column of the keys; 0 for none") int keyColumn,
        @Described("读出的设备数 · number of devices that were read") int count,
        @Described("重复的条目数 · number of repeated entries") int repeated,
        @Described("未采用的条目数 · number of refused entries") int refusedCount,
        @Described("未采用的原因 · why they are refused") List<ListReasonView> reasons,
        @Described("前 100 个未采用的，或全部 · the first 100 of them, or all")
                @Shape(maxItems = DeviceList.MOST)
                List<RefusedEntryView> refused,
        @Described("按文件顺序，每台一次 · in the file's order, each once") List<ListEntryView> devices) {

    /** How many entries are refused for a reason. */
    record ListReasonView(ListFault reason, String text, int count) {}

    /**
     * @param value as written, shortened
     */
    record RefusedEntryView(
            @Described("从 1 起 · starts at 1") int line, String value, ListFault reason) {}

    /** A device that the list names. */
    record ListEntryView(
            @Described("从 1 起 · starts at 1") int line,
            @Described("MAC、“账号/MAC”或序列号 · a MAC, account/MAC, or a serial number") String value,
            @Described("序列号的密钥 · a serial number's key") @Omitted @Nullable String key) {

        static ListEntryView of(ListEntry entry) {
            return new ListEntryView(entry.line(), entry.value(), entry.key());
        }
    }

    /**
     * @param chinese the language of the reasons
     */
    static DeviceListView of(DeviceList list, boolean chinese) {
        return new DeviceListView(
                list.source().column(),
                list.source().heading(),
                list.source().keyColumn(),
                list.devices().size(),
                list.repeated(),
                list.refusedCount(),
                list.faults().entrySet().stream()
                        .map(each ->
                                new ListReasonView(
                                        each.getKey(),
                                        text(each.getKey(), chinese),
                                        each.getValue()))
                        .toList(),
                list.refused().stream()
                        .map(each -> new RefusedEntryView(each.line(), each.value(), each.fault()))
                        .toList(),
                list.devices().stream().map(ListEntryView::of).toList());
    }

    private static String text(ListFault fault, boolean chinese) {
        return chinese ? fault.text().zh() : fault.text().en();
    }
}
