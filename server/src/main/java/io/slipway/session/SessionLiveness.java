package io.slipway.session;

import java.util.function.LongSupplier;

/**
 * When a session last showed activity, and when it times out. Lives on the session's event loop;
 * {@link #due} may be read from any thread. Times are epoch ms.
 */
final class SessionLiveness {

    /** A device gives up 10 s after its handshake. */
    private static final long HELLO_MS = 10_000;

    /** The longest that delivering a notice takes. */
    private static final long TELL_MS = 60_000;

    /** The result of a check. */
    enum Liveness {
        FINE,
        /** Nothing was sent for too long. */
        IDLE,
        /** It has lasted too long. */
        LONG,
        /** The device no longer accepts data. */
        DEAD
    }

    private final SessionConfig config;
    private final LongSupplier taken;
    private final long openedAt;
    private long sentAt;
    private long fullSince;
    private long takenThen;
    private volatile long due;

    /**
     * @param taken increases as the device accepts data
     */
    SessionLiveness(SessionConfig config, long now, LongSupplier taken) {
        this.config = config;
        this.taken = taken;
        this.openedAt = now;
        this.sentAt = now;
        this.due = now + HELLO_MS;
    }

    long openedAt() {
        return openedAt;
    }

    /** When the next check is needed. */
    long due() {
        return due;
    }

    void sent(long now) {
        sentAt = now;
    }

    void talking(long now) {
        sentAt = now;
        schedule();
    }

    void telling(long now) {
        due = now + TELL_MS;
    }

    void over() {
        due = Long.MAX_VALUE;
    }

    /** Whether the device's socket has just become full. */
    boolean filled(long now) {
        if (fullSince != 0) {
            return false;
        }
        fullSince = now;
        takenThen = taken.getAsLong();
        schedule();
        return true;
    }

    void drained() {
        fullSince = 0;
    }

    /** Whether the device still has time to say hello. */
    boolean awaitsHello(long now) {
        boolean awaitsHello = now - openedAt < HELLO_MS;
        due = awaitsHello ? openedAt + HELLO_MS : now + HELLO_MS;
        return awaitsHello;
    }

    /** Checks a session that is connected to a backend. */
    Liveness look(long now) {
        if (takesNothing(now)) {
            return Liveness.DEAD;
        }
        schedule();
        if (now - sentAt >= config.idle().toMillis()) {
            return Liveness.IDLE;
        }
        return now - openedAt >= config.longest().toMillis() ? Liveness.LONG : Liveness.FINE;
    }

    // Full all the time without a single byte accepted: a slow reader is not a dead one.
    private boolean takesNothing(long now) {
        if (fullSince == 0 || now - fullSince < config.write().toMillis()) {
            return false;
        }
        long before = takenThen;
        takenThen = taken.getAsLong();
        fullSince = now;
        return takenThen <= before;
    }

    private void schedule() {
        long next =
                Math.min(sentAt + config.idle().toMillis(), openedAt + config.longest().toMillis());
        due = fullSince == 0 ? next : Math.min(next, fullSince + config.write().toMillis());
    }
}
