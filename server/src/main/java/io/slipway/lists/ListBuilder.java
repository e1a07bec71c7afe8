package io.slipway.lists;

import io.slipway.lists.DeviceList.ListSource;
import io.slipway.lists.DeviceList.RefusedEntry;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Collects what is read of a list. Not thread-safe. */
final class ListBuilder {

    /** Characters of a refused entry that are shown. */
    private static final int VALUE = 64;

    private final List<ListEntry> devices = new ArrayList<>();
    private final Set<String> seen = new HashSet<>();
    private final List<RefusedEntry> refused = new ArrayList<>();
    private final Map<ListFault, Integer> faults = new EnumMap<>(ListFault.class);
    private final int listed;
    private int repeated;

    /**
     * @param listed refused entries that are listed; the others are only counted
     */
    ListBuilder(int listed) {
        this.listed = listed;
    }

    /**
     * @throws UnreadableList if there are more than {@link DeviceList#MOST} devices
     */
    void add(int line, String value, @Nullable String key) throws UnreadableList {
        if (seen.add(value)) {
            if (devices.size() == DeviceList.MOST) {
                throw new UnreadableList(
                        "最多 " + DeviceList.MOST + " 台设备：请分成几个文件",
                        "At most " + DeviceList.MOST + " devices: split the list");
            }
            devices.add(new ListEntry(line, value, key));
        } else {
            repeated++;
        }
    }

    void refuse(int line, String value, ListFault fault) {
        faults.merge(fault, 1, Integer::sum);
        if (refused.size() < listed) {
            refused.add(new RefusedEntry(line, cut(value), fault));
        }
    }

    DeviceList build(ListSource source) {
        return new DeviceList(source, devices, repeated, refused, faults);
    }

    /** A value, shortened. */
    static String cut(String value) {
        String plain = ListText.plain(value);
        if (plain.length() <= VALUE) {
            return plain;
        }
        int end = Character.isHighSurrogate(plain.charAt(VALUE - 1)) ? VALUE - 1 : VALUE;
        return plain.substring(0, end) + "…";
    }
}
