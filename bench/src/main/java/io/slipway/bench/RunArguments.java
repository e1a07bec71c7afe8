package io.slipway.bench;

import io.slipway.simulator.arguments.OptionTable;
import io.slipway.simulator.arguments.OptionValue;
import java.nio.file.Path;

/** The options that every benchmark has. */
public final class RunArguments {

    private final OptionValue<Integer> seconds;
    private final OptionValue<Integer> warmup;
    private final OptionValue<Integer> runs;
    private final OptionValue<Path> json;

    /** Adds them to the table, with the defaults of this benchmark. */
    public RunArguments(OptionTable table, int seconds, int warmup) {
        this.seconds = table.whole("--seconds S", 1, 3_600, seconds, "length of a run in seconds");
        this.warmup =
                table.whole("--warmup S", 0, 3_600, warmup, "length of each warm-up in seconds");
        this.runs = table.whole("--runs N", 1, 99, 3, "runs of each, in turns; the median counts");
        this.json =
                table.value(
                        "--json FILE",
                        "",
                        Path::of,
                        "where the figures go (a file in bench-results/, named after the time)");
    }

    public int seconds() {
        return seconds.get();
    }

    public int warmup() {
        return warmup.get();
    }

    public int runs() {
        return runs.get();
    }

    /** As {@link RunOptions#json}. */
    public Path json() {
        return json.isGiven() ? json.get() : null;
    }
}
