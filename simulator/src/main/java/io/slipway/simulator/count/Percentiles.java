package io.slipway.simulator.count;

/**
 * The spread of durations, in ms; 0 without any.
 *
 * @param p50Ms the median
 * @param p99Ms the 99th percentile
 */
public record Percentiles(double p50Ms, double p99Ms) {

    public static Percentiles of(Latencies latencies) {
        return new Percentiles(latencies.ms(0.5), latencies.ms(0.99));
    }
}
