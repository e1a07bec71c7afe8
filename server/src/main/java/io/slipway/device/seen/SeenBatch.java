package io.slipway.device.seen;

import io.slipway.device.profile.CheckInTimes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Sightings of devices as plain numbers: a hundred thousand of them wait between two writes, and as
 * objects they would burden the garbage collector. Not thread-safe.
 */
final class SeenBatch {

    private static final int FIRST = 256;

    /** For id, time and address. */
    private static final int LONGS = 3;

    // Marks an address that is not IPv4: the lower bits are its index in the list.
    private static final long LISTED = 1L << 62;

    // The signal is above the 32 bits of the address.
    private static final int SIGNAL = 40;
    private static final long ADDRESS = LISTED | (1L << SIGNAL) - 1;

    private long[] rows = new long[FIRST * LONGS];
    private int size;
    private final List<String> addresses = new ArrayList<>();
    private final Map<String, Integer> indices = new HashMap<>();

    int size() {
        return size;
    }

    /**
     * @param at epoch ms
     * @param checkIn whether it was a check-in rather than another sighting
     * @param rssi from −127 to 0, which is unknown
     */
    void add(long id, long at, String address, boolean checkIn, int rssi) {
        int from = size * LONGS;
        if (from == rows.length) {
            rows = Arrays.copyOf(rows, (size + size / 2) * LONGS);
        }
        rows[from] = id;
        rows[from + 1] = at << 1 | (checkIn ? 1 : 0);
        rows[from + 2] = packed(address) | (long) -rssi << SIGNAL;
        size++;
    }

    /** Empties it. Allocated arrays are reused, unless little of them was used. */
    void clear() {
        if (rows.length > FIRST * LONGS && rows.length > 4 * size * LONGS) {
            rows = new long[Math.max(FIRST, rows.length / LONGS / 2) * LONGS];
        }
        size = 0;
        addresses.clear();
        indices.clear();
    }

    /** The entries ordered by device id. */
    int[] order() {
        int[] order = new int[size];
        for (int i = 0; i < size; i++) {
            order[i] = i;
        }
        long or = 0;
        long and = -1;
        for (int i = 0; i < size; i++) {
            or |= rows[i * LONGS];
            and &= rows[i * LONGS];
        }
        // Radix sort by digits of 11 bits, skipping digits that are equal in all ids: no objects,
        // no comparisons, and one read of a row per digit.
        int[] next = new int[size];
        for (int shift = 0; shift < Long.SIZE; shift += 11) {
            if (((or ^ and) >>> shift & 0x7ff) == 0) {
                continue;
            }
            int[] ends = new int[0x801];
            for (int row : order) {
                ends[(int) (rows[row * LONGS] >>> shift & 0x7ff) + 1]++;
            }
            for (int digit = 1; digit < ends.length; digit++) {
                ends[digit] += ends[digit - 1];
            }
            for (int row : order) {
                next[ends[(int) (rows[row * LONGS] >>> shift & 0x7ff)]++] = row;
            }
            int[] done = order;
            order = next;
            next = done;
        }
        return order;
    }

    /**
     * Passes a row for each device of {@code order} from {@code from} on, at most {@code most};
     * returns where the next device begins. Times after {@code now} are replaced by now: the clock
     * was set back meanwhile.
     */
    int rows(int[] order, int from, int most, long now, Consumer<SeenStore.Sighting> to) {
        int begin = from;
        for (int done = 0; done < most && begin < size; done++) {
            int end = begin + 1;
            while (end < size && id(order[end]) == id(order[begin])) {
                end++;
            }
            newestFirst(order, begin, end);
            var ring = new StringBuilder();
            int rssi = 0;
            for (int i = begin; i < end; i++) {
                long time = rows[order[i] * LONGS + 1];
                rssi = rssi == 0 ? -(int) (rows[order[i] * LONGS + 2] >>> SIGNAL & 127) : rssi;
                if ((time & 1) == 1 && ring.length() < CheckInTimes.MOST * CheckInTimes.WIDTH) {
                    CheckInTimes.append(ring, Math.min(time >> 1, now));
                }
            }
            int newest = order[begin] * LONGS;
            to.accept(
                    new SeenStore.Sighting(
                            rows[newest],
                            Math.min(rows[newest + 1] >> 1, now),
                            unpacked(rows[newest + 2] & ADDRESS),
                            ring.toString(),
                            rssi));
            begin = end;
        }
        return begin;
    }

    private long id(int row) {
        return rows[row * LONGS];
    }

    // A device is seen only a few times between two writes.
    private void newestFirst(int[] order, int begin, int end) {
        for (int i = begin + 1; i < end; i++) {
            int row = order[i];
            long at = rows[row * LONGS + 1];
            int to = i;
            while (to > begin && rows[order[to - 1] * LONGS + 1] < at) {
                order[to] = order[to - 1];
                to--;
            }
            order[to] = row;
        }
    }

    private long packed(String address) {
        long bits = 0;
        int octet = -1;
        int dots = 0;
        for (int i = 0; i < address.length(); i++) {
            char c = address.charAt(i);
            if (c >= '0' && c <= '9') {
                // Must round-trip: "01" would come back as "1".
                if (octet == 0 || octet > 25) {
                    return listed(address);
                }
                octet = Math.max(0, octet) * 10 + c - '0';
            } else if (c == '.' && octet >= 0 && octet < 256 && dots < 3) {
                bits = bits << 8 | octet;
                octet = -1;
                dots++;
            } else {
                return listed(address);
            }
        }
        return dots == 3 && octet >= 0 && octet < 256 ? bits << 8 | octet : listed(address);
    }

    private long listed(String address) {
        Integer known = indices.get(address);
        if (known == null) {
            known = addresses.size();
            addresses.add(address);
            indices.put(address, known);
        }
        return LISTED | known;
    }

    private String unpacked(long address) {
        return (address & LISTED) == 0
                ? (address >>> 24)
                        + "."
                        + (address >>> 16 & 255)
                        + "."
                        + (address >>> 8 & 255)
                        + "."
                        + (address & 255)
                : addresses.get((int) (address ^ LISTED));
    }
}
