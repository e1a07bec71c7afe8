package io.slipway.simulator;

import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.LongAdder;

/** What all devices of a fleet share on the network: a bound on connections, and the counters. */
public final class Traffic {

    // 16 buckets between two powers of two: a quantile is off by at most 6 %.
    private static final int FINE_BITS = 4;
    private static final int BUCKETS = 64 << FINE_BITS;

    private final Semaphore connections;
    private final LongAdder requests = new LongAdder();
    private final AtomicLongArray latencies = new AtomicLongArray(BUCKETS);

    /**
     * @param connections how many may be open at once
     */
    public Traffic(int connections) {
        this.connections = new Semaphore(connections);
    }

    void enter() throws InterruptedException {
        connections.acquire();
    }

    void leave() {
        connections.release();
    }

    void answered(long nanos) {
        requests.increment();
        latencies.incrementAndGet(bucket(Math.max(0, nanos / 1000)));
    }

    /** Answers read to their end so far, of any status. */
    public long requests() {
        return requests.sum();
    }

    /** The latency in ms that the share {@code quantile} of all requests stayed under. */
    public double latencyMs(double quantile) {
        long total = 0;
        for (int i = 0; i < BUCKETS; i++) {
            total += latencies.get(i);
        }
        long rank = (long) Math.ceil(total * quantile);
        for (int i = 0; i < BUCKETS && total > 0; i++) {
            rank -= latencies.get(i);
            if (rank <= 0) {
                return upper(i) / 1000.0;
            }
        }
        return 0;
    }

    static int bucket(long micros) {
        if (micros < 1 << FINE_BITS) {
            return (int) micros;
        }
        int shift = 63 - Long.numberOfLeadingZeros(micros) - FINE_BITS;
        return ((shift + 1) << FINE_BITS) + (int) (micros >>> shift) - (1 << FINE_BITS);
    }

    static long upper(int bucket) {
        if (bucket < 1 << FINE_BITS) {
            return bucket;
        }
        int shift = (bucket >>> FINE_BITS) - 1;
        long fine = (bucket & (1L << FINE_BITS) - 1) + (1L << FINE_BITS);
        return ((fine + 1) << shift) - 1;
    }
}
