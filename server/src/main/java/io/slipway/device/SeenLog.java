package io.slipway.device;

import io.slipway.sql.Database;
import io.slipway.sql.Plane;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * When devices were seen, collected in memory and written in batches: a crash may lose seconds of
 * it, and a check-in waits for none of it (decisions D10). Bounded: what doesn't fit is counted and
 * dropped. Thread-safe.
 */
public final class SeenLog {

    /** Entries between two flushes; at 50,000 check-ins a second, 10 s worth. */
    private static final int MAX_WAITING = 500_000;

    /** Rows a transaction, so that device writes pass in between. */
    private static final int CHUNK = 2_000;

    /** Distinct boards and versions an hour and node; whoever makes up more counts as "other". */
    private static final int MAX_KINDS = 2_000;

    private static final Logger LOG = LoggerFactory.getLogger(SeenLog.class);

    private final Database database;
    private final Object lock = new Object();
    private final Object flushing = new Object();
    private List<Seen> waiting = new ArrayList<>();
    private long dropped;
    private final Map<Kind, LongAdder> counts = new ConcurrentHashMap<>();

    record Seen(long id, long at, String address, boolean checkIn) {}

    record Kind(long hour, String board, String version) {}

    public SeenLog(Database database) {
        this.database = database;
    }

    /** Notes that a bound device showed itself; {@code at} in epoch ms. */
    public void seen(long deviceId, long at, String address, boolean checkIn) {
        var entry = new Seen(deviceId, at, address, checkIn);
        synchronized (lock) {
            if (waiting.size() < MAX_WAITING) {
                waiting.add(entry);
            } else {
                dropped++;
            }
        }
    }

    /** Counts a check-in by hour, board and version. */
    public void count(long at, String board, String version) {
        var kind = new Kind(at / 3_600_000, board, version);
        LongAdder adder = counts.get(kind);
        if (adder == null) {
            var bounded =
                    counts.size() < MAX_KINDS ? kind : new Kind(kind.hour(), "other", "other");
            adder = counts.computeIfAbsent(bounded, made -> new LongAdder());
        }
        adder.increment();
    }

    /** Writes what was collected. If the database fails, it is lost and said so. */
    public void flush() {
        synchronized (flushing) {
            List<Seen> batch;
            long lost;
            synchronized (lock) {
                batch = waiting;
                waiting = new ArrayList<>(Math.min(batch.size(), MAX_WAITING));
                lost = dropped;
                dropped = 0;
            }
            if (lost > 0) {
                LOG.warn("{} check-ins were not noted: too many at once", lost);
            }
            // In the table's order, so that a page is written once a batch.
            batch.sort(SeenLog::newestFirst);
            for (int from = 0; from < batch.size(); from += CHUNK) {
                var chunk = batch.subList(from, Math.min(batch.size(), from + CHUNK));
                database.run(Plane.BACKGROUND, tx -> DeviceStore.seen(tx, chunk));
            }
            flushCounts();
        }
    }

    // One method, not a chain of comparators: it runs some twenty times a check-in.
    private static int newestFirst(Seen a, Seen b) {
        int order = Long.compare(a.id(), b.id());
        return order == 0 ? Long.compare(b.at(), a.at()) : order;
    }

    private void flushCounts() {
        for (var entry : counts.entrySet()) {
            long count = entry.getValue().sumThenReset();
            if (count > 0) {
                Kind kind = entry.getKey();
                database.run(Plane.BACKGROUND, tx -> DeviceStore.count(tx, kind, count));
            }
        }
        long newest = counts.keySet().stream().mapToLong(Kind::hour).max().orElse(0);
        // A late increment of a past hour that races with this is one count lost.
        counts.keySet().removeIf(kind -> kind.hour() < newest);
    }
}
