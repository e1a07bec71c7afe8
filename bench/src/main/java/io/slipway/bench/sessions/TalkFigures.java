package io.slipway.bench.sessions;

import io.slipway.bench.Median;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/** All runs of talking sessions, and their ratios. */
record TalkFigures(List<Turn> direct, List<Turn> bare, List<Turn> relay) {

    /**
     * One run and its cost.
     *
     * @param frames that went through the server
     * @param cpuSeconds user and system time of the server in that time
     */
    record Turn(Talk talk, long frames, double cpuSeconds) {

        double perSecond() {
            return talk.seconds() == 0 ? 0 : frames / talk.seconds();
        }

        double millis(double share) {
            return talk.latencies().millis(share);
        }

        double cpuMicros() {
            return frames == 0 ? 0 : cpuSeconds * 1e6 / frames;
        }

        Map<String, Object> json() {
            Map<String, Object> map = talk.json();
            map.put("frames", frames);
            map.put("cpuSeconds", cpuSeconds);
            map.put("cpuMicrosPerFrame", cpuMicros());
            return map;
        }
    }

    /** By how many ms that percentile is longer than in the preceding run without the relay. */
    double added(double share) {
        var differences = new ArrayList<Double>();
        for (int i = 0; i < relay.size(); i++) {
            differences.add(relay.get(i).millis(share) - direct.get(i).millis(share));
        }
        return Median.of(differences);
    }

    double cpuRatio() {
        double base = median(bare, Turn::cpuMicros);
        return base == 0 ? 0 : median(relay, Turn::cpuMicros) / base;
    }

    static double median(List<Turn> turns, ToDoubleFunction<Turn> figure) {
        return Median.of(turns.stream().map(figure::applyAsDouble).toList());
    }

    /** Lost frames and broken sessions, in all runs. */
    long bad() {
        return java.util.stream.Stream.of(direct, bare, relay)
                .flatMap(List::stream)
                .mapToLong(turn -> turn.talk().errors().bad())
                .sum();
    }

    Map<String, Object> json() {
        var map = new LinkedHashMap<String, Object>();
        map.put("framesPerSecond", median(relay, Turn::perSecond));
        map.put("addedP50Ms", added(0.5));
        map.put("addedP99Ms", added(0.99));
        map.put("cpuMicrosPerFrame", median(relay, Turn::cpuMicros));
        map.put("cpuRatio", cpuRatio());
        map.put("direct", direct.stream().map(Turn::json).toList());
        map.put("bareEcho", bare.stream().map(Turn::json).toList());
        map.put("relay", relay.stream().map(Turn::json).toList());
        return map;
    }
}
