package io.slipway;

import io.slipway.cluster.ClusterClock;
import io.slipway.sql.Database;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicLong;

/** A clock controlled by tests: time passes, or somebody sets it. */
public final class TestClock implements InstantSource {

    private final AtomicLong millis = new AtomicLong(1_790_000_000_000L);
    private final AtomicLong passed = new AtomicLong();
    private final AtomicLong database = new AtomicLong(millis.get());

    @Override
    public Instant instant() {
        return Instant.ofEpochMilli(millis.get());
    }

    @Override
    public long millis() {
        return millis.get();
    }

    /** Time passes, for the database and the monotonic clock as well. */
    public void advance(Duration by) {
        millis.addAndGet(by.toMillis());
        database.addAndGet(by.toMillis());
        passed.addAndGet(by.toMillis());
    }

    /** Sets this machine's clock; with SQLite it is also the database's. */
    public void jump(Duration by) {
        millis.addAndGet(by.toMillis());
    }

    /** Sets the clock of PostgreSQL's machine. */
    public void jumpDatabase(Duration by) {
        database.addAndGet(by.toMillis());
    }

    /** With PostgreSQL's clock as set by {@link #jumpDatabase}. */
    public ClusterClock.TimeSource source() {
        return new ClusterClock.TimeSource(
                this,
                () -> passed.get() * 1_000_000,
                asked -> new ClusterClock.ClockReading(database.get(), 0));
    }

    /** A time source that uses {@code clock} alone, which is never set. */
    public static ClusterClock shared(InstantSource clock, Database database) {
        var source =
                new ClusterClock.TimeSource(
                        clock,
                        () -> clock.millis() * 1_000_000,
                        asked -> new ClusterClock.ClockReading(clock.millis(), 0));
        return new ClusterClock(source, database, Instant.EPOCH);
    }
}
