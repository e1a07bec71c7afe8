package io.slipway.simulator.count;

import java.util.concurrent.atomic.AtomicLongArray;

/** A histogram of durations. Thread-safe; takes 8 kB, however many are counted. */
public final class Latencies {

    // 16 buckets per power of two: a quantile is off by at most 6 %.
    private static final int FINE_BITS = 4;
    private static final int BUCKETS = 64 << FINE_BITS;

    private final AtomicLongArray counts = new AtomicLongArray(BUCKETS);

    public void add(long nanos) {
        counts.incrementAndGet(bucket(Math.max(0, nanos / 1000)));
    }

    /** The {@code quantile} in ms; 0 without any. */
    public double ms(double quantile) {
        long total = 0;
        for (int i = 0; i < BUCKETS; i++) {
            total += counts.get(i);
        }
        long rank = (long) Math.ceil(total * quantile);
        for (int i = 0; i < BUCKETS && total > 0; i++) {
            rank -= counts.get(i);
            if (rank <= 0) {
                return upper(i) / 1000.0;
            }
        }
        return 0;
    }

    public static int bucket(long micros) {
        if (micros < 1 << FINE_BITS) {
            return (int) micros;
        }
        int shift = 63 - Long.numberOfLeadingZeros(micros) - FINE_BITS;
        return ((shift + 1) << FINE_BITS) + (int) (micros >>> shift) - (1 << FINE_BITS);
    }

    public static long upper(int bucket) {
        if (bucket < 1 << FINE_BITS) {
            return bucket;
        }
        int shift = (bucket >>> FINE_BITS) - 1;
        long fine = (bucket & (1L << FINE_BITS) - 1) + (1L << FINE_BITS);
        return ((fine + 1) << shift) - 1;
    }
}
