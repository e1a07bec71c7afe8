package io.slipway.bench;

import java.nio.file.Path;

/** What can be said to every benchmark. */
public interface RunOptions {

    /** Length of a run, in seconds. */
    int seconds();

    /** Length of each warm-up, in seconds. */
    int warmup();

    /** Runs of each, in turns; the median counts. */
    int runs();

    /** Null for a file named after the time, in the folder of results. */
    Path json();
}
