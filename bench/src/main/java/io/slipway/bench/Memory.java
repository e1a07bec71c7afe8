package io.slipway.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The memory of a Java process, in bytes.
 *
 * @param heap live objects, after a full collection
 * @param offHeap what the JVM has committed besides the heap, by its native memory tracking: direct
 *     buffers, stacks, classes, compiled code, the collector's own
 * @param process resident memory as the kernel sees it
 */
public record Memory(long heap, long offHeap, long process) {

    /** The JVM must have been started with this. */
    public static final String TRACKING = "-XX:NativeMemoryTracking=summary";

    private static final Pattern TOTAL = Pattern.compile("(?m)^Total\\s+\\d+\\s+(\\d+)");
    private static final Pattern COMMITTED =
            Pattern.compile("(?m)^(?:-\\s+)?(Total|Java Heap)\\W.*?committed=(\\d+)KB");

    /**
     * Measures a process; triggers a garbage collection in it.
     *
     * @param histogram file for the heap's objects by class
     */
    public static Memory of(Child child, Path histogram) {
        Jcmd.run(child, "GC.run");
        String classes = Jcmd.run(child, "GC.class_histogram");
        String natives = Jcmd.run(child, "VM.native_memory", "summary", "scale=KB");
        try {
            Files.writeString(histogram, classes + "\n" + natives);
        } catch (IOException e) {
            throw new BenchFailure("can't write " + histogram + ": " + e);
        }
        return new Memory(heap(classes), offHeap(natives), child.residentBytes());
    }

    /** Live objects of a process in bytes, after a full collection. */
    public static long heap(Child child) {
        Jcmd.run(child, "GC.run");
        return heap(Jcmd.run(child, "GC.class_histogram"));
    }

    static long heap(String histogram) {
        Matcher total = TOTAL.matcher(histogram);
        if (!total.find()) {
            throw new BenchFailure(
                    "no heap histogram: " + histogram.lines().findFirst().orElse(""));
        }
        return Long.parseLong(total.group(1));
    }

    static long offHeap(String natives) {
        long all = -1;
        long heap = -1;
        Matcher committed = COMMITTED.matcher(natives);
        while (committed.find()) {
            long bytes = Long.parseLong(committed.group(2)) * 1024;
            if (committed.group(1).equals("Total")) {
                all = bytes;
            } else {
                heap = bytes;
            }
        }
        if (all < 0 || heap < 0) {
            throw new BenchFailure("no native memory tracking: " + natives.strip());
        }
        return all - heap;
    }

    public Memory minus(Memory other) {
        return new Memory(heap - other.heap, offHeap - other.offHeap, process - other.process);
    }
}
