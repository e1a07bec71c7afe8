package io.slipway.bench.sessions;

import io.slipway.bench.Latencies;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * One run of talking sessions.
 *
 * @param said frames that devices sent in that time
 * @param heard frames that came back to them
 * @param bad frames that never came back, and broken sessions
 * @param sample the first error, empty if there was none
 * @param latencies from sending a frame to receiving it back
 * @param late how late the load itself sent
 */
record Talk(
        String label,
        int sessions,
        double seconds,
        long said,
        long heard,
        long bad,
        String sample,
        Latencies latencies,
        Latencies late) {

    Map<String, Object> json() {
        var map = new LinkedHashMap<String, Object>();
        map.put("sessions", sessions);
        map.put("seconds", seconds);
        map.put("said", said);
        map.put("heard", heard);
        map.put("bad", bad);
        map.put("sample", sample);
        map.put("latency", latencies.json());
        map.put("loadLate", late.json());
        return map;
    }
}
