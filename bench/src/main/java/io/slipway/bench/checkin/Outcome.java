package io.slipway.bench.checkin;

import io.slipway.bench.Median;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The results of one server on one store. */
final class Outcome {

    /** What answers promised, and how much of it the store still had after kill -9. */
    record Durability(long shown, long found) {
        boolean durable() {
            return found >= shown;
        }
    }

    /** What was counted in a phase, for the server and for the bare handler. */
    record Counts(Phase phase, boolean connectionClose, Counted real, Counted bare) {
        private Map<String, Object> json() {
            var map = new LinkedHashMap<String, Object>();
            map.put("phase", phase.label());
            map.put("connection", connectionClose ? "close" : "keep-alive");
            map.put("slipway", real.json());
            map.put("bare", bare.json());
            return map;
        }
    }

    final String server;
    final String store;
    final String durability;
    final List<Figures> figures = new ArrayList<>();
    final List<Counts> counts = new ArrayList<>();
    final List<Duration> starts = new ArrayList<>();
    final List<String> complaints = new ArrayList<>();

    /** Why figures are missing. */
    final List<String> errors = new ArrayList<>();

    final Map<Phase, Durability> kept = new EnumMap<>(Phase.class);
    double peakMegabytes;

    /** Of the heap; 0 if not measured. */
    double liveBytesAPair;

    private long wrongWhileWarm;

    /**
     * @param server its name in reports
     * @param store its name in reports
     */
    Outcome(String server, String store, String durability) {
        this.server = server;
        this.store = store;
        this.durability = durability;
    }

    /** A run without figures, such as a warm-up; its answers must be right, too. */
    void beside(String what, Measurement seen) {
        long bad = seen.answers().bad();
        if (bad > 0) {
            wrongWhileWarm += bad;
            complaints.add(
                    bad + " wrong answers in " + what + ", such as: " + seen.answers().sample());
        }
    }

    /** From exec to the first answer, the median of several tries. */
    double startSeconds() {
        return Median.of(starts.stream().map(s -> s.toNanos() / 1e9).toList());
    }

    /**
     * Whether everything was measured, all answers were right, and everything they promised is
     * durable.
     */
    boolean right() {
        return wrongWhileWarm == 0
                && errors.isEmpty()
                && figures.stream().allMatch(f -> f.bad() == 0)
                && kept.values().stream().allMatch(Durability::durable);
    }

    Map<String, Object> json() {
        var map = new LinkedHashMap<String, Object>();
        map.put("server", server);
        map.put("store", store);
        map.put("durability", durability);
        map.put("figures", figures.stream().map(Figures::json).toList());
        map.put("counted", counts.stream().map(Counts::json).toList());
        map.put("liveBytesAPair", liveBytesAPair);
        map.put("peakMemoryMb", peakMegabytes);
        map.put("startSeconds", starts.stream().map(s -> s.toNanos() / 1e9).toList());
        kept.forEach((phase, count) -> {
            map.put(phase.promise() + "Shown", count.shown());
            map.put(phase.promise() + "FoundAfterKill", count.found());
        });
        map.put("wrongInWarmUps", wrongWhileWarm);
        map.put("errors", errors);
        map.put("complaints", complaints);
        return map;
    }
}
