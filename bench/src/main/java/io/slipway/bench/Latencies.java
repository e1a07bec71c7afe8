package io.slipway.bench;

import java.util.LinkedHashMap;
import java.util.Map;

/** A histogram of durations, in steps of 10 µs up to a second; longer ones count as the longest. */
public final class Latencies {

    private static final int STEP_NANOS = 10_000;
    private static final int STEPS = 100_000;

    private final int[] counts = new int[STEPS + 1];
    private long total;
    private long longest;

    public void add(long nanos) {
        counts[Math.clamp(nanos / STEP_NANOS, 0, STEPS)]++;
        total++;
        longest = Math.max(longest, nanos);
    }

    public long count() {
        return total;
    }

    /** The quantile in milliseconds; 0 if empty. */
    public double millis(double share) {
        long rank = (long) Math.ceil(share * total);
        long seen = 0;
        for (int i = 0; i < STEPS; i++) {
            seen += counts[i];
            if (seen >= rank && seen > 0) {
                return Math.min((i + 1L) * STEP_NANOS, longest) / 1e6;
            }
        }
        return longest / 1e6;
    }

    /** The maximum, in milliseconds. */
    double max() {
        return longest / 1e6;
    }

    public Map<String, Object> json() {
        var map = new LinkedHashMap<String, Object>();
        map.put("p50Ms", millis(0.5));
        map.put("p90Ms", millis(0.9));
        map.put("p99Ms", millis(0.99));
        map.put("p999Ms", millis(0.999));
        map.put("maxMs", max());
        return map;
    }
}
