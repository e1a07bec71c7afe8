package io.slipway.device;

import io.slipway.base.Zones;
import java.util.Arrays;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.jspecify.annotations.Nullable;

/**
 * Recently seen bound pairs, so that a check-in without changes needs no database. Only bound pairs
 * are ever cached: an unbound one must see its bind at once.
 *
 * <p>Sets of up to 16 entries in plain arrays of longs, because a million devices as objects would
 * not fit into the memory of a small machine. A full set evicts a random entry, which costs one
 * read later. Thread-safe.
 */
public final class BoundCache {

    /**
     * With 8, a half-full cache would lose one pair in 130, each of whose check-ins is then a read.
     */
    private static final int WAYS = 16;

    /**
     * Per entry: both halves of the pair's hash, the device's id, the digest of its facts with the
     * time zone, the mark.
     */
    private static final int LONGS = 5;

    // The zone takes the lowest bits of the digest: the remaining ones distinguish digests well
    // enough.
    private static final long ZONE = (1L << Zones.BITS) - 1;

    /** Set when the zone has changed. */
    private static final long STALE = ZONE + 1;

    private static final int DIGEST_FROM = Zones.BITS + 1;

    /**
     * A mark for pairs whose every check-in must consult the database. The meaning of other marks
     * is up to their maker.
     */
    public static final long ASK = -1;

    /**
     * A cached pair.
     *
     * @param mark what was stored with it, or {@link #ASK}
     * @param zone that it shows, see {@link Zones}
     */
    public record CachedPair(long deviceId, long mark, int zone) {}

    private static final int STRIPES = 256;

    private final long[] @Nullable [] sets;
    private final Object[] locks = new Object[STRIPES];
    private final AtomicIntegerArray stamps = new AtomicIntegerArray(STRIPES);

    /**
     * @param pairs approximate maximum
     */
    public BoundCache(int pairs) {
        int wanted = Math.max(1, pairs / WAYS);
        sets = new long[Integer.highestOneBit(Math.max(1, wanted - 1)) * 2][];
        for (int i = 0; i < STRIPES; i++) {
            locks[i] = new Object();
        }
    }

    /** The entry of the pair if its facts are exactly these; null otherwise. */
    public @Nullable CachedPair find(Pair pair, long factsPrint) {
        int set = set(pair.high());
        synchronized (locks[set % STRIPES]) {
            long[] entries = sets[set];
            int at = entries == null ? -1 : index(entries, pair.high(), pair.low());
            return entries == null || at < 0 || !fresh(entries[at + 3], factsPrint)
                    ? null
                    : new CachedPair(
                            entries[at + 2], entries[at + 4], (int) (entries[at + 3] & ZONE));
        }
    }

    private static boolean fresh(long known, long factsPrint) {
        return (known & STALE) == 0 && (known ^ factsPrint) >>> DIGEST_FROM == 0;
    }

    private static long digest(long factsPrint, int zone) {
        return factsPrint >>> DIGEST_FROM << DIGEST_FROM | zone;
    }

    /** The zone that a cached pair last showed; {@link Zones#SERVERS} otherwise. */
    public int zone(Pair pair) {
        int set = set(pair.high());
        synchronized (locks[set % STRIPES]) {
            long[] entries = sets[set];
            int at = entries == null ? -1 : index(entries, pair.high(), pair.low());
            return entries == null || at < 0 ? Zones.SERVERS : (int) (entries[at + 3] & ZONE);
        }
    }

    /** The device's id if the pair is cached with any facts; 0 otherwise. */
    public long find(Pair pair) {
        int set = set(pair.high());
        synchronized (locks[set % STRIPES]) {
            long[] entries = sets[set];
            int at = entries == null ? -1 : index(entries, pair.high(), pair.low());
            return entries == null || at < 0 ? 0 : entries[at + 2];
        }
    }

    /** Replaces the mark {@code before} of a cached pair, unless it was changed meanwhile. */
    public void mark(Pair pair, long before, long mark) {
        int set = set(pair.high());
        synchronized (locks[set % STRIPES]) {
            long[] entries = sets[set];
            int at = entries == null ? -1 : index(entries, pair.high(), pair.low());
            if (entries != null && at >= 0 && entries[at + 4] == before) {
                entries[at + 4] = mark;
            }
        }
    }

    /**
     * The pair stays cached, but each of its check-ins must consult the database. By its stored
     * key.
     */
    void ask(String pairKey) {
        change(pairKey, (entries, at) -> entries[at + 4] = ASK);
    }

    /** The pair stays cached, but its next check-in must read it again. By its stored key. */
    void read(String pairKey) {
        change(pairKey, (entries, at) -> entries[at + 3] |= STALE);
    }

    /** Removes a pair that is no longer bound, by its stored key. */
    public void forget(String pairKey) {
        change(pairKey, (entries, at) -> Arrays.fill(entries, at, at + LONGS, 0));
    }

    private interface EntryChange {
        void of(long[] entries, int at);
    }

    // Invalidates earlier reads, whether or not the pair is cached.
    private void change(String pairKey, EntryChange change) {
        long[] halves = Pair.halves(pairKey);
        int set = set(halves[0]);
        synchronized (locks[set % STRIPES]) {
            stamps.incrementAndGet(set % STRIPES);
            long[] entries = sets[set];
            int at = entries == null ? -1 : index(entries, halves[0], halves[1]);
            if (entries != null && at >= 0) {
                change.of(entries, at);
            }
        }
    }

    /** Take before reading the registry, and pass to {@link #put} with the result. */
    public int stamp(Pair pair) {
        return stamps.get(set(pair.high()) % STRIPES);
    }

    /**
     * Caches a bound pair, unless something was unbound since {@code stamp} was taken: the data
     * read may then be stale.
     */
    public void put(Pair pair, int stamp, long factsPrint, CachedPair known) {
        put(
                pair.high(),
                pair.low(),
                stamp,
                known.deviceId(),
                digest(factsPrint, known.zone()),
                known.mark());
    }

    private void put(long high, long low, int stamp, long deviceId, long digest, long mark) {
        int set = set(high);
        synchronized (locks[set % STRIPES]) {
            if (stamps.get(set % STRIPES) != stamp) {
                return;
            }
            long[] entries = sets[set];
            int at = entries == null ? -1 : index(entries, high, low);
            if (entries == null || at < 0) {
                entries = withRoom(entries);
                sets[set] = entries;
                at = index(entries, 0, 0);
            }
            if (at < 0) {
                at = ThreadLocalRandom.current().nextInt(WAYS) * LONGS;
            }
            entries[at] = high;
            entries[at + 1] = low;
            entries[at + 2] = deviceId;
            entries[at + 3] = digest;
            entries[at + 4] = mark;
        }
    }

    /** Like {@link #stamp} for many pairs at once. */
    int[] stamps() {
        int[] all = new int[STRIPES];
        for (int i = 0; i < STRIPES; i++) {
            all[i] = stamps.get(i);
        }
        return all;
    }

    /** Like {@link #put}, by a stored key and {@link #stamps}. */
    void put(String pairKey, int[] stamps, long deviceId, long factsPrint, int zone) {
        long[] halves = Pair.halves(pairKey);
        int stamp = stamps[set(halves[0]) % STRIPES];
        put(halves[0], halves[1], stamp, deviceId, digest(factsPrint, zone), ASK);
    }

    /** Removes everything: changes of other nodes may have been missed. */
    public void clear() {
        for (int stripe = 0; stripe < STRIPES; stripe++) {
            synchronized (locks[stripe]) {
                stamps.incrementAndGet(stripe);
                for (int set = stripe; set < sets.length; set += STRIPES) {
                    sets[set] = null;
                }
            }
        }
    }

    private int set(long high) {
        return (int) high & (sets.length - 1);
    }

    // A set starts with two entries and doubles: most sets of a small fleet stay empty.
    private static long[] withRoom(long @Nullable [] entries) {
        if (entries == null) {
            return new long[2 * LONGS];
        }
        return entries.length == WAYS * LONGS || index(entries, 0, 0) >= 0
                ? entries
                : Arrays.copyOf(entries, entries.length * 2);
    }

    private static int index(long[] entries, long high, long low) {
        for (int at = 0; at < entries.length; at += LONGS) {
            if (entries[at] == high && entries[at + 1] == low) {
                return at;
            }
        }
        return -1;
    }
}
