package io.slipway.bench.checkin;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Costs of one run that don't depend on the machine's speed, and where its time was spent.
 *
 * @param requests that were answered during the recording
 * @param nanosByKind CPU time by {@link ThreadKind}
 */
record Counted(
        long requests,
        Recording.RecordedFigures recorded,
        Map<String, Double> nanosByKind,
        SystemCalls calls) {

    double each(long sum) {
        return each((double) sum);
    }

    private double each(double sum) {
        return requests == 0 ? 0 : sum / requests;
    }

    double bytes() {
        return each(recorded.allocated());
    }

    /** Garbage collections per million requests. */
    double collections() {
        return each(recorded.collections() * 1e6);
    }

    /** µs per request of stop-the-world pauses. */
    double pauseMicros() {
        return each(recorded.pauses().toNanos() / 1e3);
    }

    /** µs of CPU per request by kind of thread. */
    Map<String, Double> microsByKind() {
        var micros = new LinkedHashMap<String, Double>();
        nanosByKind.forEach((kind, nanos) -> micros.put(kind, each(nanos / 1e3)));
        return micros;
    }

    /** Percentage of the samples by part; all 0 if there were none. */
    Map<String, Double> profile() {
        double all = recorded.samples().values().stream().mapToInt(Integer::intValue).sum();
        var parts = new LinkedHashMap<String, Double>();
        recorded.samples()
                .forEach((part, count) -> parts.put(part, all == 0 ? 0 : count * 100 / all));
        return parts;
    }

    Map<String, Object> json() {
        var map = new LinkedHashMap<String, Object>();
        map.put("requests", requests);
        map.put("bytesAllocated", bytes());
        map.put("collectionsInAMillion", collections());
        map.put("pauseMicros", pauseMicros());
        Recording.Transactions transactions = recorded.transactions();
        if (transactions != null) {
            map.put("transactions", each(transactions.count()));
            map.put("works", each(transactions.works()));
            map.put("statements", each(transactions.statements()));
            map.put("writingTransactions", each(transactions.writes()));
        }
        if (calls.counted()) {
            map.put("systemCalls", calls.each());
            var names = new LinkedHashMap<String, Double>();
            calls.calls()
                    .forEach((name, count) -> names.put(name, (double) count / calls.requests()));
            map.put("systemCallsByName", names);
        } else {
            map.put("systemCallsNotCounted", calls.missing());
        }
        map.put("cpuMicrosByThreads", microsByKind());
        map.put("profilePercent", profile());
        map.put("samples", recorded.samples());
        return map;
    }
}
