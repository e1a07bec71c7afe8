package io.slipway.sql;

import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Ids made here, not in the database, growing with time so that inserts land at a table's end.
 * Thread-safe.
 */
public final class Ids {

    /** 2025-01-01: 41 bits of milliseconds from here last until 2094. */
    private static final long EPOCH = 1_735_689_600_000L;

    private static final int TAIL_BITS = 22;
    private static final long TAIL = (1L << TAIL_BITS) - 1;

    /** The first three days of 2025. */
    private static final int UNSET_BITS = 50;

    private static final SecureRandom RANDOM = new SecureRandom();

    private final InstantSource clock;
    private final AtomicLong last = new AtomicLong();

    public Ids(InstantSource clock) {
        this.clock = clock;
    }

    /** A positive 63-bit id: milliseconds, then random bits; greater than the one before. */
    public long next() {
        long fresh = fresh();
        return last.updateAndGet(before -> Math.max(before + 1, fresh));
    }

    // While the clock is not set it says nothing, and the same at each start: then at random, among
    // the ids of days before there was anything to have one.
    private long fresh() {
        long since = clock.millis() - EPOCH;
        return since < 0
                ? RANDOM.nextLong(1L << UNSET_BITS)
                : (since << TAIL_BITS) | RANDOM.nextInt(1 << TAIL_BITS);
    }

    /** From now on all ids are greater than {@code id}, even if the clock has been set back. */
    public void startAfter(long id) {
        last.accumulateAndGet(id, Math::max);
    }

    /** As {@link #next}, and greater than an id of another node, whose clock may be ahead. */
    public long nextAfter(long floor) {
        long fresh = fresh();
        // Not just one more: that may well be what the other node made next.
        long beyond = fresh > floor ? fresh : floor + 1 + (fresh & TAIL);
        return last.updateAndGet(before -> Math.max(before + 1, beyond));
    }

    /** The least id that {@link #next} makes at {@code millis}, epoch ms. */
    public static long least(long millis) {
        return Math.max(0, millis - EPOCH) << TAIL_BITS;
    }

    /** 32 lower-case hex digits: time, then random bits. */
    public String hex() {
        byte[] tail = new byte[8];
        RANDOM.nextBytes(tail);
        return String.format("%016x", next()) + HexFormat.of().formatHex(tail);
    }
}
