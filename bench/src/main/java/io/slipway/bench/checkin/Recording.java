package io.slipway.bench.checkin;

import io.slipway.bench.BenchFailure;
import io.slipway.bench.Child;
import io.slipway.bench.Jcmd;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordedFrame;
import jdk.jfr.consumer.RecordedThread;
import jdk.jfr.consumer.RecordingFile;

/** A recording of a JVM by the JDK's flight recorder, started and stopped by jcmd. */
final class Recording {

    private static final String NAME = "counted";
    private static final String SAMPLE = "jdk.CPUTimeSample";
    private static final String ALLOCATED = "jdk.ThreadAllocationStatistics";
    private static final String COLLECTION = "jdk.GarbageCollection";

    /**
     * An event of the server's own; identified only by its name, because older builds have none.
     */
    private static final String TRANSACTION = "io.slipway.Transaction";

    private static final String SETTINGS =
            """
            <?xml version="1.0" encoding="UTF-8"?>
            <configuration version="2.0">
              <event name="jdk.ThreadAllocationStatistics">
                <setting name="enabled">true</setting>
                <setting name="period">everyChunk</setting>
              </event>
              <event name="jdk.GarbageCollection">
                <setting name="enabled">true</setting>
                <setting name="threshold">0 ms</setting>
              </event>
              <event name="jdk.CPUTimeSample">
                <setting name="enabled">true</setting>
                <setting name="throttle">1ms</setting>
              </event>
              <event name="io.slipway.Transaction">
                <setting name="enabled">true</setting>
                <setting name="threshold">0 ms</setting>
                <setting name="stackTrace">false</setting>
              </event>
            </configuration>
            """;

    private final Child child;
    private final Path file;

    /**
     * Database transactions.
     *
     * @param works requests to the store; several share a transaction
     * @param writes how many transactions wrote
     */
    record Transactions(long count, long works, long statements, long writes) {

        private Transactions and(RecordedEvent event) {
            return new Transactions(
                    count + 1,
                    works + event.getInt("works"),
                    statements + event.getInt("statements"),
                    writes + (event.getBoolean("writes") ? 1 : 0));
        }
    }

    /**
     * The recorded figures.
     *
     * @param allocated bytes, by all threads but the recorder's own
     * @param pauses of all collections together
     * @param transactions null if the server doesn't record them
     * @param samples of CPU time by part, see {@link CostPart}
     */
    record RecordedFigures(
            long allocated,
            int collections,
            Duration pauses,
            Transactions transactions,
            Map<String, Integer> samples) {}

    private Recording(Child child, Path file) {
        this.child = child;
        this.file = file;
    }

    static Recording start(Child child, Path work) {
        Path settings = work.resolve("counted.jfc");
        Path file = work.resolve("counted.jfr");
        try {
            Files.writeString(settings, SETTINGS);
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw new BenchFailure("can't write " + settings + ": " + e);
        }
        String output = Jcmd.run(child, "JFR.start", "name=" + NAME, "settings=" + settings);
        if (!output.contains("Started recording")) {
            throw new BenchFailure("the flight recorder did not start: " + output.strip());
        }
        return new Recording(child, file);
    }

    /** Stops it and reads its content. */
    RecordedFigures stop() {
        String output = Jcmd.run(child, "JFR.stop", "name=" + NAME, "filename=" + file);
        if (!Files.exists(file)) {
            throw new BenchFailure("the flight recorder wrote nothing: " + output.strip());
        }
        try {
            return read(file);
        } catch (IOException e) {
            throw new BenchFailure("the recording can't be read: " + e);
        }
    }

    static RecordedFigures read(Path file) throws IOException {
        var first = new HashMap<Long, Long>();
        var last = new HashMap<Long, Long>();
        int collections = 0;
        Duration pauses = Duration.ZERO;
        Transactions transactions = null;
        var samples = new LinkedHashMap<String, Integer>();
        CostPart.ALL.forEach(part -> samples.put(part.name(), 0));
        samples.put(CostPart.REST, 0);
        try (var recording = new RecordingFile(file)) {
            if (recording.readEventTypes().stream()
                    .anyMatch(type -> type.getName().equals(TRANSACTION))) {
                transactions = new Transactions(0, 0, 0, 0);
            }
            while (recording.hasMoreEvents()) {
                RecordedEvent event = recording.readEvent();
                switch (event.getEventType().getName()) {
                    case ALLOCATED -> {
                        RecordedThread thread = event.getThread("thread");
                        if (thread != null && !recorder(thread)) {
                            long bytes = event.getLong("allocated");
                            first.merge(thread.getId(), bytes, Math::min);
                            last.merge(thread.getId(), bytes, Math::max);
                        }
                    }
                    case COLLECTION -> {
                        collections++;
                        pauses = pauses.plus(event.getDuration("sumOfPauses"));
                    }
                    case TRANSACTION -> {
                        if (transactions != null) {
                            transactions = transactions.and(event);
                        }
                    }
                    case SAMPLE -> samples.merge(charge(event), 1, Integer::sum);
                    default -> {}
                }
            }
        }
        long allocated = 0;
        for (var thread : last.entrySet()) {
            allocated += thread.getValue() - first.get(thread.getKey());
        }
        return new RecordedFigures(allocated, collections, pauses, transactions, samples);
    }

    private static boolean recorder(RecordedThread thread) {
        String name = thread.getJavaName();
        return name != null && (name.startsWith("JFR ") || name.startsWith("Attach Listener"));
    }

    private static String charge(RecordedEvent event) {
        var trace = event.getStackTrace();
        List<String> stack =
                trace == null
                        ? List.of()
                        : trace.getFrames().stream().map(Recording::frame).toList();
        RecordedThread thread = event.getThread("eventThread");
        String name = thread == null ? null : thread.getJavaName();
        return CostPart.charge(name == null ? "" : name, stack);
    }

    private static String frame(RecordedFrame frame) {
        var method = frame.getMethod();
        return method.getType().getName() + "." + method.getName();
    }
}
