package io.slipway.meter;

import io.slipway.TestServer;
import java.io.IOException;
import java.util.Arrays;

/**
 * The cost of a call for the server: bytes allocated by all threads of this JVM except the
 * callers', and SQL statements. Bytes are the 90th percentile of calls: whether a thread has to
 * wait for another, and then allocates room for its stack, depends on the system; if any do, it is
 * one call in ten. Statements are a mean.
 */
final class Costs {

    /**
     * Counted batches; odd, because their median separates what is written after a call from the
     * rest.
     */
    private static final int BATCHES = 15;

    /** Warm-up batches: until two in a row agree, but no more than this. */
    private static final int MOST_WARM = 30;

    private static final int LEAST_WARM = 4;
    private static final double AGREE = 0.005;

    private static final com.sun.management.ThreadMXBean THREADS =
            (com.sun.management.ThreadMXBean)
                    java.lang.management.ManagementFactory.getThreadMXBean();

    private final TestServer server;
    private final long[] callers;

    /** A call, with a check of its answer. */
    @FunctionalInterface
    interface Call {
        void make(int index) throws IOException;
    }

    /**
     * @param bytes per call
     * @param statements per call
     */
    record Cost(double bytes, double statements) {}

    /**
     * @param behind the work that follows all calls of a batch
     */
    record Both(Cost call, Cost behind) {}

    /**
     * @param callers threads that don't belong to the server
     */
    Costs(TestServer server, Thread... callers) {
        this.server = server;
        this.callers = Arrays.stream(callers).mapToLong(Thread::threadId).toArray();
    }

    /** Makes calls, with increasing indices, {@code batch} at a time. */
    Both of(Call call, int batch) throws IOException {
        int index = 0;
        double before = 0;
        for (int i = 0; i < MOST_WARM; i++) {
            double bytes = usual(calls(call, index, batch));
            server.main.housekeep();
            index += batch;
            if (i >= LEAST_WARM && Math.abs(bytes - before) < AGREE * bytes) {
                break;
            }
            before = bytes;
        }
        var bytes = new double[BATCHES][];
        var behind = new double[BATCHES];
        long statements = 0;
        long later = 0;
        for (int i = 0; i < BATCHES; i++) {
            long began = server.statements();
            bytes[i] = calls(call, index, batch);
            statements += server.statements() - began;
            Work written = housekeeping();
            Work idle = housekeeping();
            behind[i] = (double) (written.bytes() - idle.bytes()) / batch;
            later += written.statements() - idle.statements();
            index += batch;
        }
        double made = batch * BATCHES;
        return new Both(
                new Cost(
                        usual(Arrays.stream(bytes).flatMapToDouble(Arrays::stream).toArray()),
                        statements / made),
                new Cost(median(behind), later / made));
    }

    // The bytes of each.
    private double[] calls(Call call, int from, int count) throws IOException {
        var bytes = new double[count];
        for (int i = 0; i < count; i++) {
            long before = serversBytes();
            call.make(from + i);
            bytes[i] = serversBytes() - before;
        }
        return bytes;
    }

    private record Work(long bytes, long statements) {}

    // All threads count here: this one does the server's work.
    private Work housekeeping() {
        long bytes = THREADS.getTotalThreadAllocatedBytes();
        long statements = server.statements();
        server.main.housekeep();
        return new Work(
                THREADS.getTotalThreadAllocatedBytes() - bytes, server.statements() - statements);
    }

    private long serversBytes() {
        long bytes = THREADS.getTotalThreadAllocatedBytes();
        for (long caller : callers) {
            bytes -= THREADS.getThreadAllocatedBytes(caller);
        }
        return bytes;
    }

    private static double usual(double[] values) {
        return quantile(values, 0.9);
    }

    private static double median(double[] values) {
        return quantile(values, 0.5);
    }

    private static double quantile(double[] values, double share) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted[(int) (sorted.length * share)];
    }
}
