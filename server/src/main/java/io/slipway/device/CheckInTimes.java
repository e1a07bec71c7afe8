package io.slipway.device;

import io.slipway.cluster.ClusterClock;
import java.util.ArrayList;
import java.util.List;

/**
 * How the last check-ins of a device are stored: their times in base 36, newest first, all of one
 * width. What a clock said that was not set, or ran ahead, must not spoil its neighbours.
 */
final class CheckInTimes {

    /** Characters of a time. */
    static final int WIDTH = 8;

    /** Times that are kept. */
    static final int MOST = 20;

    private static final int RADIX = 36;

    /** The last that fits, in 2059. */
    private static final long LAST = 2_821_109_907_455L;

    private CheckInTimes() {}

    /** Adds a time, whichever it is. */
    static void append(StringBuilder ring, long at) {
        String digits = Long.toString(Math.clamp(at, 0, LAST), RADIX);
        ring.repeat('0', WIDTH - digits.length()).append(digits);
    }

    /**
     * The times, newest first, epoch ms. Those of a clock that was not set are left out, those
     * after {@code now} read as now.
     */
    static List<Long> times(String ring, long now) {
        var times = new ArrayList<Long>(MOST);
        for (int from = 0; from + WIDTH <= ring.length(); from += WIDTH) {
            long at = time(ring, from);
            if (ClusterClock.toldBySetClock(at)) {
                times.add(Math.min(at, now));
            } else if (ring.charAt(from) != '0') {
                // Written before times had one width: where the next one begins nobody knows.
                break;
            }
        }
        return times;
    }

    // Below zero for what is no time.
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
