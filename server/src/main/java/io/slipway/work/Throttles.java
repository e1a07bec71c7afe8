package io.slipway.work;

import io.slipway.http.Cidr;
import io.slipway.http.Problem;
import io.slipway.sql.Chunks;
import io.slipway.sql.Database;
import io.slipway.sql.Plane;
import io.slipway.sql.Tx;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/**
 * Throttles shared by all nodes: counts of failures in a fixed window that starts with the first
 * one. Nothing is written without failures. Each method is its own transaction, so a failure stays
 * counted when the work that failed is rolled back. Thread-safe; keys have at most 200 characters.
 */
public final class Throttles {

    public static final Duration HOUR = Duration.ofHours(1);

    private static final Duration TURN = Duration.ofMillis(20);
    private static final int MAX_TURNS = 500;

    private final Database database;
    private final InstantSource clock;
    private final ThrottleStore store = new ThrottleStore();
    private final ConcurrentHashMap<String, Integer> running = new ConcurrentHashMap<>();

    /** At most {@code max} failures of {@code key} in its window. */
    public record Limit(String key, int max) {}

    public Throttles(Database database, InstantSource clock) {
        this.database = database;
        this.clock = clock;
    }

    /**
     * @throws Problem 429 with the seconds to wait, when {@code key} has failed {@code max} times
     */
    public void check(String key, int max) {
        total(new Limit(key, max));
    }

    /**
     * Counts a use, whatever becomes of it, towards each of {@code limits}. Concurrent uses beyond
     * a limit are refused, too, and count.
     *
     * @throws Problem 429 with the seconds to wait, when a limit is reached; then nothing counts
     */
    public void acquire(List<Limit> limits, Duration window) {
        limits.forEach(limit -> check(limit.key(), limit.max()));
        for (Limit limit : limits) {
            // Others may have come since the check.
            if (failed(limit.key(), window) > limit.max()) {
                check(limit.key(), limit.max());
            }
        }
    }

    /**
     * Runs an attempt that must call {@link #failed} before it ends if it fails. Like {@link
     * #check} for each limit; in addition, attempts running at the same time on this node count
     * until they have ended, so that concurrent ones can't all pass before the first fails: those
     * over the limit wait for their turn.
     */
    public <T> T limited(List<Limit> limits, Supplier<T> attempt) {
        for (int turn = 0; !enter(limits); turn++) {
            if (turn == MAX_TURNS) {
                throw tooMany(1);
            }
            awaitTurn();
        }
        try {
            return attempt.get();
        } finally {
            leave(limits);
        }
    }

    // False if earlier attempts may still reach the limit.
    private boolean enter(List<Limit> limits) {
        var ahead = new int[limits.size()];
        for (int i = 0; i < ahead.length; i++) {
            ahead[i] = running.merge(limits.get(i).key(), 1, Integer::sum) - 1;
        }
        boolean entered = false;
        try {
            // Waiting attempts must not cost a database read each time they check.
            boolean free = true;
            for (int i = 0; i < ahead.length; i++) {
                free &= ahead[i] < limits.get(i).max();
            }
            for (int i = 0; free && i < ahead.length; i++) {
                free = total(limits.get(i)) + ahead[i] < limits.get(i).max();
            }
            entered = free;
            return free;
        } finally {
            if (!entered) {
                leave(limits);
            }
        }
    }

    private void leave(List<Limit> limits) {
        for (Limit limit : limits) {
            running.computeIfPresent(limit.key(), (key, n) -> n == 1 ? null : n - 1);
        }
    }

    private static void awaitTurn() {
        try {
            Thread.sleep(TURN);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw tooMany(1);
        }
    }

    /**
     * Like {@link #check}, inside the transaction of the attempt itself: together with {@link
     * #failed(Tx, String, Duration)}, concurrent attempts are serialized.
     */
    public void check(Tx tx, String key, int max) {
        lock(tx, key);
        long now = clock.millis();
        total(store.find(tx, key, now), max, now);
    }

    /** Counts a failure in the transaction that found it, which must commit. */
    public void failed(Tx tx, String key, Duration window) {
        add(tx, key, 1, window);
    }

    /** Like {@link #failed(Tx, String, Duration)}, for what counts more or less than one. */
    public void add(Tx tx, String key, long amount, Duration window) {
        long now = clock.millis();
        store.add(tx, key, amount, now, now + window.toMillis());
    }

    /**
     * A count.
     *
     * @param seconds until its window ends; 0 if none is running
     */
    public record WindowCount(long total, long seconds) {}

    /** The count of {@code key} in its current window. */
    public WindowCount window(Tx tx, String key) {
        long now = clock.millis();
        return store.find(tx, key, now)
                .map(found ->
                        new WindowCount(
                                found.total(), Math.max(1, (found.endsAt() - now + 999) / 1000)))
                .orElse(new WindowCount(0, 0));
    }

    /** The sum of the counts of these keys in their current windows. */
    public long sum(Tx tx, List<String> keys) {
        return store.sum(tx, keys, clock.millis());
    }

    /** Serializes transactions that count for {@code key}. */
    public void lock(Tx tx, String key) {
        tx.lock((1L << 62) | (key.hashCode() & 0xffffffffL));
    }

    private long total(Limit limit) {
        long now = clock.millis();
        var window = database.read(Plane.CONSOLE, tx -> store.find(tx, limit.key(), now));
        return total(window, limit.max(), now);
    }

    private static long total(Optional<ThrottleStore.WindowRow> window, int max, long now) {
        long total = window.map(ThrottleStore.WindowRow::total).orElse(0L);
        if (total >= max) {
            throw tooMany((window.orElseThrow().endsAt() - now + 999) / 1000);
        }
        return total;
    }

    private static Problem tooMany(long seconds) {
        return Problem.tooMany(Math.max(1, seconds), "尝试次数过多", "Too many attempts");
    }

    /** Counts a failure; returns how many there are in the window. */
    public long failed(String key, Duration window) {
        long now = clock.millis();
        long endsAt = now + window.toMillis();
        return database.write(Plane.CONSOLE, tx -> store.add(tx, key, 1, now, endsAt));
    }

    /** Resets the failures of {@code key}; writes only if there are any. */
    public void clear(String key) {
        if (count(key) > 0) {
            database.run(Plane.CONSOLE, tx -> store.delete(tx, key));
        }
    }

    /** How often {@code key} failed in its current window; 0 if none is running. */
    public long count(String key) {
        long now = clock.millis();
        return database.read(
                Plane.CONSOLE,
                tx -> store.find(tx, key, now).map(ThrottleStore.WindowRow::total).orElse(0L));
    }

    /** Deletes windows that have ended, in chunks. */
    public void clean() {
        long now = clock.millis();
        Chunks.delete(database, (tx, limit) -> store.deleteEnded(tx, now, limit));
    }

    /**
     * The wider network of a {@link #network}: the IPv4 address itself, or the /48 of an IPv6
     * network, which one customer may have all of.
     */
    public static String site(String network) {
        if (!network.endsWith(":/64")) {
            return network;
        }
        int colon = 0;
        for (int i = 0; i < 3; i++) {
            colon = network.indexOf(':', colon) + 1;
        }
        return network.substring(0, colon);
    }

    /**
     * The network that a throttle per address uses: an IPv4 address, or the /64 of an IPv6 address,
     * because one customer has all 2^64 of those.
     */
    public static String network(String address) {
        return Cidr.customer(address);
    }
}
