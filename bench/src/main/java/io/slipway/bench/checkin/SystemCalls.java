package io.slipway.bench.checkin;

import io.slipway.bench.Child;
import io.slipway.bench.Servers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/**
 * The system calls of a process under load, as strace counts them. Strace makes it many times
 * slower, so that nothing else can be measured then.
 *
 * @param calls by name, the most frequent first
 * @param missing why there are none; empty if there are
 */
record SystemCalls(long requests, Map<String, Long> calls, String missing) {

    private static final Duration ATTACH = Duration.ofMillis(700);

    /** Percentage, seconds, microseconds per call, calls, errors if any, name. */
    private static final Pattern ROW =
            Pattern.compile(
                    "(?m)^\\s*[\\d.]+\\s+[\\d.]+\\s+\\d+\\s+(\\d+)\\s+(?:\\d+\\s+)?(\\w+)$");

    private static final String TOTAL = "total";

    /**
     * Counts while {@code load} runs.
     *
     * @param load returns how many requests there were
     */
    static SystemCalls of(Child child, Path work, Supplier<Measurement> load) {
        Path found = work.resolve("strace.out");
        Path log = work.resolve("strace.log");
        String strace = Wrk.onPath("strace");
        if (strace == null) {
            return none("no strace");
        }
        var command =
                List.of(
                        strace,
                        "-f",
                        "-c",
                        "-o",
                        found.toString(),
                        "-p",
                        Long.toString(child.pid()));
        long requests;
        try {
            Files.deleteIfExists(found);
            Files.deleteIfExists(log);
            try (Child running = Child.start(command, Map.of(), work, log)) {
                Servers.pause(ATTACH);
                if (!running.running()) {
                    return none(Files.readString(log).strip());
                }
                requests = load.get().requests();
            }
            return parse(Files.readString(found), requests);
        } catch (IOException e) {
            return none("strace: " + e);
        }
    }

    static SystemCalls none(String why) {
        return new SystemCalls(0, Map.of(), why);
    }

    static SystemCalls parse(String table, long requests) {
        var calls = new LinkedHashMap<String, Long>();
        ROW.matcher(table)
                .results()
                .filter(row -> !row.group(2).equals(TOTAL))
                .map(row -> Map.entry(row.group(2), Long.parseLong(row.group(1))))
                .sorted(Map.Entry.<String, Long>comparingByValue().reversed())
                .forEach(row -> calls.put(row.getKey(), row.getValue()));
        return calls.isEmpty() || requests == 0
                ? none("strace counted nothing")
                : new SystemCalls(requests, calls, "");
    }

    boolean counted() {
        return missing.isEmpty();
    }

    double each() {
        return counted()
                ? (double) calls.values().stream().mapToLong(Long::longValue).sum() / requests
                : 0;
    }
}
