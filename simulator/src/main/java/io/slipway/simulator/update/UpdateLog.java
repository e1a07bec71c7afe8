package io.slipway.simulator.update;

import io.slipway.simulator.count.Traffic;
import io.slipway.simulator.fleet.FleetLog;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/** The state of a fleet that updates itself. Thread-safe. */
final class UpdateLog {

    final FleetLog fleet;
    private final int devices;
    private final Traffic traffic;
    private final Map<UpdateCount, LongAdder> counts = new EnumMap<>(UpdateCount.class);
    private final Map<String, AtomicInteger> versions = new ConcurrentHashMap<>();

    UpdateLog(int devices, Traffic traffic) {
        this.devices = devices;
        this.traffic = traffic;
        this.fleet = new FleetLog(devices, null);
        for (UpdateCount what : UpdateCount.values()) {
            counts.put(what, new LongAdder());
        }
    }

    void count(UpdateCount what) {
        Objects.requireNonNull(counts.get(what)).increment();
    }

    /**
     * @param before {@code ""} if it ran nothing yet
     */
    void runs(String before, String now) {
        if (!before.equals(now)) {
            versions.computeIfAbsent(now, v -> new AtomicInteger()).incrementAndGet();
            if (!before.isEmpty()) {
                versions.computeIfAbsent(before, v -> new AtomicInteger()).decrementAndGet();
            }
        }
    }

    UpdateReport report() {
        var running = new HashMap<String, Integer>();
        versions.forEach((version, number) -> {
            if (number.get() > 0) {
                running.put(version, number.get());
            }
        });
        var sums = new EnumMap<UpdateCount, Long>(UpdateCount.class);
        counts.forEach((what, sum) -> sums.put(what, sum.sum()));
        return new UpdateReport(fleet.report(devices, traffic), running, sums);
    }
}
