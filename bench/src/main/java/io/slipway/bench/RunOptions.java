package io.slipway.bench;

import io.slipway.simulator.arguments.OptionTable;
import java.nio.file.Path;
import java.util.function.Supplier;

/** The options common to all benchmarks. */
public interface RunOptions {

    /**
     * The values of the common options.
     *
     * @param seconds length of a run
     * @param warmup length of each warm-up, in seconds
     * @param runs of each, alternating; the median counts
     * @param json null for a file named after the time, in the folder of results
     */
    record Run(int seconds, int warmup, int runs, Path json) {

        /**
         * Adds the options to a table, with this benchmark's defaults; to be read after parsing.
         */
        public static Supplier<Run> in(OptionTable table, int usualSeconds, int usualWarmup) {
            var seconds =
                    table.whole(
                            "--seconds S", 1, 3_600, usualSeconds, "length of a run in seconds");
            var warmup =
                    table.whole(
                            "--warmup S",
                            0,
                            3_600,
                            usualWarmup,
                            "length of each warm-up in seconds");
            var runs =
                    table.whole(
                            "--runs N", 1, 99, 3, "runs of each, alternating; the median counts");
            String where = "file for the figures (in bench-results/, named after the time)";
            var json = table.value("--json FILE", "", Path::of, where);
            return () ->
                    new Run(
                            seconds.get(),
                            warmup.get(),
                            runs.get(),
                            json.isGiven() ? json.get() : null);
        }
    }

    Run run();

    default int seconds() {
        return run().seconds();
    }

    default int warmup() {
        return run().warmup();
    }

    default int runs() {
        return run().runs();
    }

    default Path json() {
        return run().json();
    }
}
