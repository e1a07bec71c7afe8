package io.slipway.bench;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** All that was found out about one store. */
final class Outcome {

    /** Codes that devices were shown, and those that the store still had after kill -9. */
    record Codes(long shown, long found) {
        boolean durable() {
            return found >= shown;
        }
    }

    final String store;
    final String durability;
    final List<Figures> figures = new ArrayList<>();
    final List<Duration> starts = new ArrayList<>();
    final List<String> complaints = new ArrayList<>();
    double peakMegabytes;
    private long wrongWhileWarm;
    Codes codes;

    Outcome(String store, String durability) {
        this.store = store;
        this.durability = durability;
    }

    /** A warm-up gives no figures, but its answers must be right, too. */
    void warmedUp(Phase phase, Measurement seen) {
        long bad = seen.wrong() + seen.failures();
        if (bad > 0) {
            wrongWhileWarm += bad;
            complaints.add(
                    bad
                            + " wrong answers in the warm-up of "
                            + phase.label()
                            + ", such as: "
                            + seen.sample());
        }
    }

    /** From exec to the first answer, the middle one of several tries. */
    double startSeconds() {
        return Measurement.median(starts.stream().map(s -> s.toNanos() / 1e9).toList());
    }

    /** Whether all answers were right and all codes durable. */
    boolean right() {
        return wrongWhileWarm == 0
                && figures.stream().allMatch(f -> f.bad() == 0)
                && (codes == null || codes.durable());
    }

    Map<String, Object> json() {
        var map = new LinkedHashMap<String, Object>();
        map.put("store", store);
        map.put("durability", durability);
        map.put("figures", figures.stream().map(Figures::json).toList());
        map.put("peakMemoryMb", peakMegabytes);
        map.put("startSeconds", starts.stream().map(s -> s.toNanos() / 1e9).toList());
        if (codes != null) {
            map.put("codesShown", codes.shown());
            map.put("codesFoundAfterKill", codes.found());
        }
        map.put("wrongInWarmUps", wrongWhileWarm);
        map.put("complaints", complaints);
        return map;
    }
}
