package io.slipway.bench.sessions;

import io.slipway.bench.Latencies;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * One run of talking sessions.
 *
 * @param said frames that devices sent in that time
 * @param heard frames that came back to them
 * @param latencies from sending a frame to receiving it back
 * @param late how late the load itself sent
 */
record Talk(
        String label,
        int sessions,
        double seconds,
        long said,
        long heard,
        TalkErrors errors,
        Latencies latencies,
        Latencies late) {

    /**
     * What went wrong.
     *
     * @param bad frames that never came back, and broken sessions
     * @param sample the first error, empty if there was none
     */
    record TalkErrors(long bad, String sample) {}

    Map<String, Object> json() {
        var map = new LinkedHashMap<String, Object>();
        map.put("sessions", sessions);
        map.put("seconds", seconds);
        map.put("said", said);
        map.put("heard", heard);
        map.put("bad", errors.bad);
        map.put("sample", errors.sample);
        map.put("latency", latencies.json());
        map.put("loadLate", late.json());
        return map;
    }
}
