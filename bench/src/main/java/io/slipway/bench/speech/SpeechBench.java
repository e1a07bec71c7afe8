package io.slipway.bench.speech;

import com.sun.management.ThreadMXBean;
import io.slipway.bench.Command;
import io.slipway.bench.Machine;
import io.slipway.bench.Median;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * {@code ./slipway bench speech}: processor time of one thread, and what it allocates, for each
 * second of sound.
 */
public final class SpeechBench {

    private static final Command<SpeechOptions> COMMAND =
            new Command<>(
                    "speech",
                    SpeechOptions::arguments,
                    (options, home, results, out) -> new SpeechBench(options, results, out).run());

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private final SpeechOptions options;
    private final Path results;
    private final PrintStream out;

    /** So that no work is without a result. */
    private int sum;

    /** Of one work, for each second of sound. */
    private record SoundCost(double cpuMicros, double kilobytes) {}

    SpeechBench(SpeechOptions options, Path results, PrintStream out) {
        this.options = options;
        this.results = results;
        this.out = out;
    }

    public static void main(String[] arguments) {
        COMMAND.main(arguments);
    }

    /** Measures and reports. */
    boolean run() throws IOException {
        Map<String, Object> machine = Machine.facts(results);
        Machine.print(machine, out);
        out.printf("%n%-36s %14s %14s%n", "for each second of sound", "CPU µs", "kB");
        var all = new LinkedHashMap<String, Object>();
        all.put("machine", machine);
        for (SpeechWork work : SpeechWork.values()) {
            var runs = new ArrayList<SoundCost>();
            if (options.warmup() > 0) {
                measured(work, options.warmup());
            }
            for (int run = 0; run < options.runs(); run++) {
                runs.add(measured(work, options.seconds()));
            }
            SoundCost cost = median(runs);
            out.printf(
                    Locale.ROOT,
                    "%-36s %,14.0f %,14.0f%n",
                    work.title(),
                    cost.cpuMicros,
                    cost.kilobytes);
            all.put(work.name().toLowerCase(Locale.ROOT), cost);
        }
        all.put("sum", sum);
        out.println("\nfigures in " + Command.write("speech", options, results, all));
        return true;
    }

    private static SoundCost median(List<SoundCost> runs) {
        return new SoundCost(
                Median.of(runs.stream().map(SoundCost::cpuMicros).toList()),
                Median.of(runs.stream().map(SoundCost::kilobytes).toList()));
    }

    private SoundCost measured(SpeechWork work, int seconds) {
        long end = System.nanoTime() + seconds * 1_000_000_000L;
        long cpu = THREADS.getCurrentThreadCpuTime();
        long bytes = THREADS.getCurrentThreadAllocatedBytes();
        int sounds = 0;
        do {
            sum += work.run();
            sounds += SpeechWork.SECONDS;
        } while (System.nanoTime() - end < 0);
        return new SoundCost(
                (THREADS.getCurrentThreadCpuTime() - cpu) / 1e3 / sounds,
                (THREADS.getCurrentThreadAllocatedBytes() - bytes) / 1e3 / sounds);
    }
}
