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
 * The time that everything on a node goes by, so that what nodes store can be compared (decisions
 * D9): that of the database. Over PostgreSQL this is its clock, carried on by the monotonic one
 * between two looks at it, so that a node whose own clock is wrong does no harm; over SQLite the
 * machine's. Thread-safe; only {@link #look} waits.
 */
public final class ClusterClock implements InstantSource {

    /** How often {@link #look} wants to be called. */
    public static final Duration PERIOD = Duration.ofSeconds(5);

    /** Nodes' own clocks that are further apart are spoken of. */
    public static final Duration SKEW = Duration.ofSeconds(5);

    /** 2020-01-01: whatever is before was told by a clock that was not set. */
    private static final long FIRST = 1_577_836_800_000L;

    private static final Duration STEP = Duration.ofHours(1);

    /** Below this a difference may as well come from the way to the database. */
    private static final long NOISE_MS = 100;

    private static final long MILLI = 1_000_000;

    /** Skew is said again after so long. */
    private static final Duration LOG_EVERY = Duration.ofHours(1);

    private static final Logger LOG = LoggerFactory.getLogger(ClusterClock.class);

    /**
     * Where time comes from.
     *
     * @param wall the machine's clock
     * @param nanos a clock that nobody sets, as {@link System#nanoTime}
     * @param database reads the clock of a database that has one of its own, in epoch ms
     */
    public record TimeSource(
            InstantSource wall, LongSupplier nanos, Function<Database, ClockReading> database) {

        /** What it is outside of tests. */
        public static TimeSource of(InstantSource wall) {
            return new TimeSource(wall, System::nanoTime, ClusterClock::ask);
        }
    }

    /**
     * What a look at the database brings.
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
    // Of the last time that it was looked whether the clock had been set.
    private long observedMillis;
    private long observedNanos;
    // Of the last step; its begin is that of the first one which is not forgotten yet.
    private boolean stepped;
    private long steppedNanos;
    private long unsteadyFrom;
    private long loggedNanos;
    private boolean logged;

    /**
     * Looks at the database at once.
     *
     * @param built when this program was built: it can't be earlier than that
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

    /** Whether a time, epoch ms, was told by a clock that had been set. */
    public static boolean toldBySetClock(long at) {
        return at >= FIRST;
    }

    /** How far this machine's clock is ahead of the database's, ms; 0 where they are one. */
    public long skew() {
        return skew;
    }

    /** Whether it says a time that can be: before it was built this program did not run. */
    public boolean plausible() {
        return millis() >= built;
    }

    /**
     * Whether spans of silence can be measured: not while the clock is not set, and for an hour
     * after it was set by more than an hour.
     */
    public boolean steady() {
        synchronized (lock) {
            observe();
            return !stepped && plausible();
        }
    }

    /** The time for spans of silence: it stands still while it is not {@link #steady}. */
    public long silenceMillis() {
        synchronized (lock) {
            return steady() ? millis() : unsteadyFrom;
        }
    }

    /** Since when it is not {@link #steady}, by the earlier of the times that it told; or empty. */
    public OptionalLong unsteadySince() {
        synchronized (lock) {
            return steady() ? OptionalLong.empty() : OptionalLong.of(unsteadyFrom);
        }
    }

    // A clock that is corrected little by little never goes far between two looks.
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
                    "the clock was set {} by {} min: for an hour nobody's silence counts",
                    off > 0 ? "ahead" : "back",
                    Math.abs(off) / 60_000);
        } else if (stepped && nanos - steppedNanos >= STEP.toNanos()) {
            stepped = false;
        }
        observedMillis = now;
        observedNanos = nanos;
    }

    /** Looks at the database's clock, and whether ours was set. */
    public void look() {
        if (shared()) {
            long before = source.nanos().getAsLong();
            ClockReading look;
            try {
                look = source.database().apply(database);
            } catch (StoreException e) {
                // The monotonic clock carries us on.
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
        // It was read at some time of the call: half of it is the best guess.
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
