package io.slipway.cluster;

import io.slipway.sql.Database;
import io.slipway.sql.Plane;
import io.slipway.sql.StoreException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.OptionalLong;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The time used by everything on a node, so that the data of all nodes is comparable (decisions
 * D9): that of the database. With PostgreSQL this is the database's clock, extrapolated with the
 * monotonic clock between two readings, so that a node whose own clock is wrong does no harm; with
 * SQLite the machine's clock. Thread-safe; only {@link #look} blocks.
 */
public final class ClusterClock implements InstantSource {

    /** How often {@link #look} must be called. */
    public static final Duration PERIOD = Duration.ofSeconds(5);

    /** A greater difference between nodes' own clocks is logged. */
    public static final Duration SKEW = Duration.ofSeconds(5);

    /** 2020-01-01: any earlier time is from a clock that was not set. */
    private static final long FIRST = 1_577_836_800_000L;

    private static final Duration STEP = Duration.ofHours(1);

    /** A smaller difference may be due to the round trip to the database. */
    private static final long NOISE_MS = 100;

    private static final long MILLI = 1_000_000;

    /** Skew is logged again after this time. */
    private static final Duration LOG_EVERY = Duration.ofHours(1);

    private static final Logger LOG = LoggerFactory.getLogger(ClusterClock.class);

    /**
     * The sources of time.
     *
     * @param wall the machine's clock
     * @param nanos a clock that is never set, like {@link System#nanoTime}
     * @param database reads the database's clock, in epoch ms, if it has its own
     */
    public record TimeSource(
            InstantSource wall, LongSupplier nanos, Function<Database, ClockReading> database) {

        /** The one used outside of tests. */
        public static TimeSource of(InstantSource wall) {
            return new TimeSource(wall, System::nanoTime, ClusterClock::ask);
        }
    }

    /**
     * A reading from the database.
     *
     * @param millis the database's time
     * @param spread between the own clocks of all nodes, ms
     */
    public record ClockReading(long millis, long spread) {}

    // The database's time at a moment of the monotonic clock.
    private record Anchor(long millis, long nanos) {}

    private final TimeSource source;
    private final Database database;
    private final long built;
    private final Object lock = new Object();
    private volatile Anchor anchor = new Anchor(0, 0);
    private volatile long skew;
    // When the clock was last checked for steps.
    private long observedMillis;
    private long observedNanos;
    // The current step; it begins with the first step that has not expired.
    private boolean stepped;
    private long steppedNanos;
    private long unsteadyFrom;
    private long loggedNanos;
    private boolean logged;

    /**
     * Reads the database's clock immediately.
     *
     * @param built when this program was built: the time can't be earlier
     */
    public ClusterClock(TimeSource source, Database database, Instant built) {
        this.source = source;
        this.database = database;
        this.built = built.toEpochMilli();
        if (shared()) {
            long before = source.nanos().getAsLong();
            ClockReading look = source.database().apply(database);
            anchor(before, look.millis());
        }
        observedMillis = millis();
        observedNanos = source.nanos().getAsLong();
        unsteadyFrom = observedMillis;
    }

    private static ClockReading ask(Database database) {
        return database.read(Plane.BACKGROUND, NodeStore::look);
    }

    private boolean shared() {
        return database.postgres();
    }

    @Override
    public long millis() {
        if (!shared()) {
            return source.wall().millis();
        }
        Anchor known = anchor;
        return known.millis() + (source.nanos().getAsLong() - known.nanos()) / MILLI;
    }

    @Override
    public Instant instant() {
        return Instant.ofEpochMilli(millis());
    }

    /** Whether a time, epoch ms, is from a clock that was set. */
    public static boolean toldBySetClock(long at) {
        return at >= FIRST;
    }

    /** How far this machine's clock is ahead of the database's, ms; 0 if they are the same. */
    public long skew() {
        return skew;
    }

    /** Whether the time is possible: this program can't run before it was built. */
    public boolean plausible() {
        return millis() >= built;
    }

    /**
     * Whether durations of silence can be measured: not while the clock is not set, and not for an
     * hour after it was set by more than an hour.
     */
    public boolean steady() {
        synchronized (lock) {
            observe();
            return !stepped && plausible();
        }
    }

    /**
     * The time for durations of silence: it stands still while the clock is not {@link #steady}.
     */
    public long silenceMillis() {
        synchronized (lock) {
            return steady() ? millis() : unsteadyFrom;
        }
    }

    /**
     * Since when it is not {@link #steady}, by the earlier of the two times before and after the
     * step; or empty.
     */
    public OptionalLong unsteadySince() {
        synchronized (lock) {
            return steady() ? OptionalLong.empty() : OptionalLong.of(unsteadyFrom);
        }
    }

    // A clock that is adjusted gradually never moves far between two readings.
    private void observe() {
        long now = millis();
        long nanos = source.nanos().getAsLong();
        long off = now - observedMillis - (nanos - observedNanos) / MILLI;
        if (Math.abs(off) > STEP.toMillis()) {
            long earlier = Math.min(now, observedMillis);
            boolean already = stepped || observedMillis < built;
            unsteadyFrom = already ? Math.min(unsteadyFrom, earlier) : earlier;
            stepped = true;
            steppedNanos = nanos;
            LOG.warn(
                    "the clock was set {} by {} min: silence does not count for an hour",
                    off > 0 ? "ahead" : "back",
                    Math.abs(off) / 60_000);
        } else if (stepped && nanos - steppedNanos >= STEP.toNanos()) {
            stepped = false;
        }
        observedMillis = now;
        observedNanos = nanos;
    }

    /** Reads the database's clock, and checks whether ours was set. */
    public void look() {
        if (shared()) {
            long before = source.nanos().getAsLong();
            ClockReading look;
            try {
                look = source.database().apply(database);
            } catch (StoreException e) {
                // The monotonic clock bridges the failure.
                return;
            }
            anchor(before, look.millis());
            speak(Math.max(look.spread(), Math.abs(skew)));
        }
        synchronized (lock) {
            observe();
        }
    }

    private void anchor(long before, long read) {
        long after = source.nanos().getAsLong();
        // The reading is from some time during the call: the middle is the best estimate.
        long middle = before + (after - before) / 2;
        skew = source.wall().millis() - (after - middle) / MILLI - read;
        Anchor known = anchor;
        long off = read - known.millis() - (middle - known.nanos()) / MILLI;
        if (Math.abs(off) > NOISE_MS + (after - before) / MILLI) {
            anchor = new Anchor(read, middle);
        }
    }

    private void speak(long apart) {
        long now = source.nanos().getAsLong();
        boolean again = logged && now - loggedNanos < LOG_EVERY.toNanos();
        if (apart <= SKEW.toMillis() || again) {
            return;
        }
        logged = true;
        loggedNanos = now;
        LOG.warn(
                "clocks differ: this machine's by {} ms from the database's, those of all nodes by"
                        + " up to {} ms; set them by NTP",
                skew,
                apart);
    }
}
