package io.slipway.device.seen;

import io.slipway.cluster.ClusterClock;
import io.slipway.protocol.socket.Battery;
import io.slipway.sql.Chunks;
import io.slipway.sql.Database;
import io.slipway.sql.Plane;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * When devices were seen, collected in memory and written in batches: a crash may lose seconds of
 * it, and a check-in waits for none of it (decisions D10). Bounded: the excess is counted and
 * dropped. Thread-safe.
 */
public final class SeenLog {

    /** How often {@link #tick} must be called. */
    public static final Duration PERIOD = Duration.ofSeconds(3);

    /** The longest time before {@link #tick} writes. */
    public static final Duration LONGEST = Duration.ofSeconds(21);

    /** This few are written at once, so that pages of a small server are up to date. */
    private static final int FEW = 2_000;

    /**
     * This many are written at once, because of the memory they take. In between, waiting pays off:
     * the more there are, the more rows of a page are written together.
     */
    private static final int MANY = 250_000;

    /** The maximum between two flushes, when the database is slow; the rest is dropped. */
    private static final int MAX_WAITING = 500_000;

    /** Battery levels between two flushes: one per session, and there are never more sessions. */
    private static final int MAX_BATTERIES = 50_000;

    /** Rows per transaction, so that devices' writes can run in between. */
    private static final int CHUNK = 2_000;

    /** Distinct boards and versions per hour and node; the excess counts as "other". */
    private static final int MAX_KINDS = 2_000;

    private static final Logger LOG = LoggerFactory.getLogger(SeenLog.class);

    private final Database database;
    private final InstantSource clock;
    private final Object lock = new Object();
    private final Object flushing = new Object();
    private SeenBatch waiting = new SeenBatch();
    private SeenBatch written = new SeenBatch();
    private long dropped;
    private int waited;
    private final Map<Long, Battery> batteries = new HashMap<>();
    private final Map<CheckInKind, LongAdder> counts = new ConcurrentHashMap<>();

    record CheckInKind(long hour, String board, String version) {
        static final Comparator<CheckInKind> ORDER =
                Comparator.comparingLong(CheckInKind::hour)
                        .thenComparing(CheckInKind::board)
                        .thenComparing(CheckInKind::version);
    }

    public SeenLog(Database database, InstantSource clock) {
        this.database = database;
        this.clock = clock;
    }

    /** Records that a bound device was seen; {@code at} in epoch ms. */
    public void seen(long deviceId, long at, String address, boolean checkIn) {
        seen(deviceId, at, address, checkIn, 0);
    }

    /**
     * As above.
     *
     * @param rssi its signal in dBm, from −127 on; 0 for unknown
     */
    public void seen(long deviceId, long at, String address, boolean checkIn, int rssi) {
        synchronized (lock) {
            if (waiting.size() < MAX_WAITING) {
                waiting.add(deviceId, at, address, checkIn, rssi);
            } else {
                dropped++;
            }
        }
    }

    /** Records a device's battery level. */
    public void battery(long deviceId, Battery battery) {
        synchronized (lock) {
            if (batteries.size() < MAX_BATTERIES || batteries.containsKey(deviceId)) {
                batteries.put(deviceId, battery);
            }
        }
    }

    /** Counts a check-in by hour, board and version. */
    public void count(long at, String board, String version) {
        var kind = new CheckInKind(Math.floorDiv(at, 3_600_000L), board, version);
        LongAdder adder = counts.get(kind);
        if (adder == null) {
            var bounded =
                    counts.size() < MAX_KINDS
                            ? kind
                            : new CheckInKind(kind.hour(), "other", "other");
            adder = counts.computeIfAbsent(bounded, made -> new LongAdder());
        }
        adder.increment();
    }

    /** Writes what was collected, if it is due. */
    public void tick() {
        synchronized (flushing) {
            int collected;
            synchronized (lock) {
                collected = waiting.size();
            }
            waited++;
            boolean late = waited >= LONGEST.toSeconds() / PERIOD.toSeconds();
            if (collected <= FEW || collected >= MANY || late) {
                flush();
            }
        }
    }

    /** Writes what was collected. If the database fails, it is lost, and that is logged. */
    public void flush() {
        synchronized (flushing) {
            waited = 0;
            SeenBatch batch;
            long lost;
            var readings = new TreeMap<Long, Battery>();
            synchronized (lock) {
                batch = waiting;
                waiting = written;
                readings.putAll(batteries);
                batteries.clear();
                lost = dropped;
                dropped = 0;
            }
            written = batch;
            if (lost > 0) {
                LOG.warn("{} check-ins were not recorded: too many at once", lost);
            }
            try {
                long now = clock.millis();
                // An unset clock does not invalidate stored times.
                long ahead = ClusterClock.toldBySetClock(now) ? now : Long.MAX_VALUE;
                // In the table's order, so that each page is written once per batch.
                int[] order = batch.order();
                for (int at = 0; at < order.length; ) {
                    var rows = new ArrayList<SeenStore.Sighting>();
                    at = batch.rows(order, at, CHUNK, now, rows::add);
                    database.run(Plane.BACKGROUND, tx -> SeenStore.seen(tx, rows, ahead));
                }
                write(readings, ahead);
            } finally {
                batch.clear();
            }
            flushCounts();
        }
    }

    // After the sightings, so that the row exists.
    private void write(SortedMap<Long, Battery> readings, long ahead) {
        var rows = new ArrayList<SeenStore.BatteryReading>();
        readings.forEach((id, battery) -> rows.add(new SeenStore.BatteryReading(id, battery)));
        for (int from = 0; from < rows.size(); from += CHUNK) {
            var some = rows.subList(from, Math.min(rows.size(), from + CHUNK));
            database.run(Plane.BACKGROUND, tx -> SeenStore.batteries(tx, some, ahead));
        }
    }

    private void flushCounts() {
        var taken = new TreeMap<CheckInKind, Long>(CheckInKind.ORDER);
        counts.forEach((kind, adder) -> {
            long count = adder.sumThenReset();
            if (count > 0) {
                taken.put(kind, count);
            }
        });
        if (!taken.isEmpty()) {
            try {
                database.run(Plane.BACKGROUND, tx -> SeenStore.count(tx, taken));
            } catch (RuntimeException e) {
                // Counted again at the next flush.
                taken.forEach((kind, count) ->
                        counts.computeIfAbsent(kind, made -> new LongAdder()).add(count));
                throw e;
            }
        }
        long newest = counts.keySet().stream().mapToLong(CheckInKind::hour).max().orElse(0);
        // A late increment of a past hour that races with this loses one count.
        counts.keySet().removeIf(kind -> kind.hour() < newest);
    }

    /** Deletes hourly counts older than {@code keep}. */
    public void clean(Duration keep) {
        long before = (clock.millis() - keep.toMillis()) / 3_600_000;
        Chunks.delete(database, (tx, limit) -> SeenStore.forgetHours(tx, before, limit));
    }
}
