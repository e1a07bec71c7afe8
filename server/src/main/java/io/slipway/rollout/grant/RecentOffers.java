package io.slipway.rollout.grant;

import java.util.ArrayList;
import java.util.List;

/**
 * Offers of the last minute, by second. Each second counts as a whole, so the limit is never
 * exceeded.
 *
 * @param seconds pairs of second and count, the oldest first
 */
record RecentOffers(List<long[]> seconds) {

    private static final long SPAN = 60;

    static final RecentOffers NONE = new RecentOffers(List.of());

    long count(long now) {
        long oldest = now / 1000 - SPAN;
        long count = 0;
        for (long[] second : seconds) {
            // A second in the future was recorded by a clock that was ahead.
            count += second[0] >= oldest && second[0] <= now / 1000 ? second[1] : 0;
        }
        return count;
    }

    RecentOffers plusOne(long now) {
        long second = now / 1000;
        var updated = new ArrayList<long[]>();
        boolean counted = false;
        for (long[] each : seconds) {
            if (each[0] == second) {
                updated.add(new long[] {second, each[1] + 1});
                counted = true;
            } else if (each[0] >= second - SPAN && each[0] < second) {
                updated.add(each);
            }
        }
        if (!counted) {
            updated.add(new long[] {second, 1});
        }
        return new RecentOffers(updated);
    }

    String text() {
        var text = new StringBuilder();
        for (long[] each : seconds) {
            text.append(each[0]).append(':').append(each[1]).append(' ');
        }
        return text.toString();
    }

    static RecentOffers read(String text) {
        if (text.isEmpty()) {
            return NONE;
        }
        var seconds = new ArrayList<long[]>();
        for (String each : text.split(" ")) {
            int colon = each.indexOf(':');
            seconds.add(
                    new long[] {
                        Long.parseLong(each.substring(0, colon)),
                        Long.parseLong(each.substring(colon + 1))
                    });
        }
        return new RecentOffers(seconds);
    }
}
