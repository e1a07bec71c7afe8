package io.slipway.bench.checkin;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/** One server's line of the table next to the bare handler's: medians and their ratios. */
record Figures(
        Phase phase, boolean connectionClose, List<Measurement> real, List<Measurement> bare) {

    /** Its name in reports. */
    String label() {
        return label(phase, connectionClose);
    }

    static String label(Phase phase, boolean connectionClose) {
        return phase.label() + (connectionClose ? ", conn. close" : "");
    }

    double perSecond() {
        return Measurement.median(real, Measurement::perSecond);
    }

    double cpuMicros() {
        return Measurement.median(real, Measurement::cpuMicros);
    }

    double cpuRatio() {
        return ratio(Measurement::cpuMicros);
    }

    double rateRatio() {
        return ratio(Measurement::perSecond);
    }

    private double ratio(ToDoubleFunction<Measurement> figure) {
        double base = Measurement.median(bare, figure);
        return base == 0 ? 0 : Measurement.median(real, figure) / base;
    }

    /** How many answers were wrong or never came, in both. */
    long bad() {
        return bad(real) + bad(bare);
    }

    private static long bad(List<Measurement> runs) {
        return runs.stream().mapToLong(m -> m.answers().bad()).sum();
    }

    Map<String, Object> json() {
        var map = new LinkedHashMap<String, Object>();
        map.put("phase", phase.label());
        map.put("connection", connectionClose ? "close" : "keep-alive");
        map.put("slipway", medians(real));
        map.put("bare", medians(bare));
        map.put("cpuRatio", cpuRatio());
        map.put("rateRatio", rateRatio());
        map.put("runs", Map.of("slipway", real, "bare", bare));
        return map;
    }

    /** The medians of several runs. */
    static Map<String, Object> medians(List<Measurement> runs) {
        var map = new LinkedHashMap<String, Object>();
        map.put("requestsPerSecond", Measurement.median(runs, Measurement::perSecond));
        map.put("p50Ms", Measurement.median(runs, Measurement::p50));
        map.put("p99Ms", Measurement.median(runs, Measurement::p99));
        map.put("maxMs", Measurement.median(runs, Measurement::max));
        map.put("cpuMicrosPerRequest", Measurement.median(runs, Measurement::cpuMicros));
        map.put(
                "databaseCpuMicrosPerRequest",
                Measurement.median(runs, Measurement::databaseCpuMicros));
        map.put("bad", bad(runs));
        return map;
    }
}
