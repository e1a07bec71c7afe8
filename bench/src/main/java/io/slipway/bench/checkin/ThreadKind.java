package io.slipway.bench.checkin;

import io.slipway.bench.BenchFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * CPU time of a process by kind of thread, including those of the collector and the compiler, which
 * no recording of the JVM samples.
 *
 * @param names prefixes of their names in the kernel: for a long name the first seven letters, two
 *     dots and the last six
 */
record ThreadKind(String name, List<String> names) {

    private static final double TICK_NANOS = 1e7;

    /** All other threads. */
    static final String OTHER = "other";

    /** In the order of the report. */
    static final List<ThreadKind> ALL =
            List.of(
                    new ThreadKind("event loops", List.of("vert.x-")),
                    new ThreadKind("virtual threads", List.of("ForkJoi", "Virtual")),
                    new ThreadKind("database", List.of("sqlite", "Hikari")),
                    new ThreadKind("housekeeping", List.of("houseke")),
                    new ThreadKind("collector", List.of("VM Thread", "GC Thread", "G1 ", "ZDri")),
                    new ThreadKind("compiler", List.of("C1 ", "C2 ")));

    static String of(String thread) {
        return ALL.stream()
                .filter(kind -> kind.names.stream().anyMatch(thread::startsWith))
                .findFirst()
                .map(ThreadKind::name)
                .orElse(OTHER);
    }

    /**
     * CPU time of each thread of a process so far, in ns, by its number.
     *
     * @param name in the kernel
     */
    record Used(String name, double nanos) {

        static Map<Long, Used> of(long pid) {
            var used = new LinkedHashMap<Long, Used>();
            try (var tasks = Files.newDirectoryStream(Path.of("/proc/" + pid + "/task"))) {
                for (Path task : tasks) {
                    add(used, task);
                }
            } catch (IOException e) {
                throw new BenchFailure("no threads of " + pid + ": " + e);
            }
            return used;
        }

        private static void add(Map<Long, Used> used, Path task) {
            try {
                String stat = Files.readString(task.resolve("stat"));
                String name = stat.substring(stat.indexOf('(') + 1, stat.lastIndexOf(')'));
                long thread = Long.parseLong(task.getFileName().toString());
                used.put(thread, new Used(name, nanos(task, stat)));
            } catch (IOException e) {
                // It has ended meanwhile.
            }
        }

        // To the nanosecond if the kernel records it, otherwise in hundredths of a second.
        private static double nanos(Path task, String stat) throws IOException {
            Path exact = task.resolve("schedstat");
            if (Files.exists(exact)) {
                return Double.parseDouble(Files.readString(exact).split(" ", 2)[0]);
            }
            String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
            return (Double.parseDouble(fields[11]) + Double.parseDouble(fields[12])) * TICK_NANOS;
        }
    }

    /** ns by kind used between two snapshots; a thread that ended in between is missing. */
    static Map<String, Double> between(Map<Long, Used> before, Map<Long, Used> after) {
        var nanos = new LinkedHashMap<String, Double>();
        ALL.forEach(kind -> nanos.put(kind.name, 0.0));
        nanos.put(OTHER, 0.0);
        after.forEach((thread, used) -> {
            Used then = before.get(thread);
            double more = used.nanos() - (then == null ? 0 : then.nanos());
            nanos.merge(of(used.name()), more, Double::sum);
        });
        return nanos;
    }
}
