package io.slipway.device.profile;

import io.slipway.cluster.ClusterClock;
import java.util.ArrayList;
import java.util.List;

/**
 * The stored form of a device's last check-ins: their times in base 36, newest first, in fixed
 * width. A time from a clock that was not set, or ran ahead, must not corrupt the others.
 */
public final class CheckInTimes {

    /** Characters of a time. */
    public static final int WIDTH = 8;

    /** The maximum number of times stored. */
    public static final int MOST = 20;

    private static final int RADIX = 36;

    /** The latest time that fits, in 2059. */
    private static final long LAST = 2_821_109_907_455L;

    private CheckInTimes() {}

    /** Appends a time of any value. */
    public static void append(StringBuilder ring, long at) {
        String digits = Long.toString(Math.clamp(at, 0, LAST), RADIX);
        ring.repeat('0', WIDTH - digits.length()).append(digits);
    }

    /**
     * The times, newest first, epoch ms. Times of an unset clock are left out, those after {@code
     * now} are returned as now.
     */
    public static List<Long> times(String ring, long now) {
        var times = new ArrayList<Long>(MOST);
        for (int from = 0; from + WIDTH <= ring.length(); from += WIDTH) {
            long at = time(ring, from);
            if (ClusterClock.toldBySetClock(at)) {
                times.add(Math.min(at, now));
            } else if (ring.charAt(from) != '0') {
                // Written before times had a fixed width: where the next one begins is unknown.
                break;
            }
        }
        return times;
    }

    // Negative for an invalid time.
    private static long time(String ring, int from) {
        long time = 0;
        for (int i = from; i < from + WIDTH; i++) {
            int digit = Character.digit(ring.charAt(i), RADIX);
            if (digit < 0) {
                return -1;
            }
            time = time * RADIX + digit;
        }
        return time;
    }
}
