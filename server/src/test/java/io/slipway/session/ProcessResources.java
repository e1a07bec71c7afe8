package io.slipway.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/** This process's resources at a moment, to be compared with those at the end. */
record ProcessResources(int sockets, int threads, long heap) {

    private static final Path DESCRIPTORS = Path.of("/proc/self/fd");

    /** Keep-alive connections of the test's own HTTP client vary. */
    private static final int FEW = 8;

    static ProcessResources now() throws IOException {
        return new ProcessResources(countSockets(), countThreads(), usedHeap());
    }

    /** File descriptors this process may still open. */
    static int free() throws IOException {
        String line =
                Files.readAllLines(Path.of("/proc/self/limits")).stream()
                        .filter(limit -> limit.startsWith("Max open files"))
                        .findFirst()
                        .orElseThrow();
        int most = Integer.parseInt(line.split("\\s{2,}")[1]);
        try (var open = Files.list(DESCRIPTORS)) {
            return most - (int) open.count();
        }
    }

    private static int countSockets() throws IOException {
        try (var open = Files.list(DESCRIPTORS)) {
            return (int) open.filter(ProcessResources::isSocket).count();
        }
    }

    private static boolean isSocket(Path descriptor) {
        try {
            return Files.readSymbolicLink(descriptor).toString().startsWith("socket:");
        } catch (IOException closedMeanwhile) {
            return false;
        }
    }

    private static int countThreads() {
        return ManagementFactory.getThreadMXBean().getThreadCount();
    }

    private static long usedHeap() {
        System.gc();
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }

    void awaitSockets() throws Exception {
        Await.until(() -> countSockets() <= sockets + FEW);
    }

    /**
     * Waits until no more resources are used than then, except for {@code growth} bytes of heap.
     */
    void await(long growth) throws Exception {
        awaitSockets();
        Await.until(() -> countThreads() <= threads + FEW);
        List<Long> seen = new java.util.ArrayList<>();
        // Timers hold references until they fire; the longest last seconds.
        for (int i = 0; i < 40 && (seen.isEmpty() || seen.getLast() > heap + growth); i++) {
            if (!seen.isEmpty()) {
                Thread.sleep(500);
            }
            seen.add(usedHeap());
        }
        assertThat(seen.getLast())
                .as("heap %s, after %s", heap, Arrays.toString(seen.toArray()))
                .isLessThanOrEqualTo(heap + growth);
    }
}
