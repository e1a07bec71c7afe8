package io.slipway.http.governor;

import org.jspecify.annotations.Nullable;

/**
 * Connections in the order in which they joined, with cheap removal. A place is in one ring at a
 * time. Lives on one event loop.
 */
final class ConnectionRing {

    /** A connection's place in a ring. */
    static final class RingPlace {
        private final @Nullable OpenConnection connection;
        private RingPlace before = this;
        private RingPlace after = this;
        private @Nullable ConnectionRing ring;

        RingPlace(@Nullable OpenConnection connection) {
            this.connection = connection;
        }

        /** Leaves the ring that it is in; false if it is in none. */
        boolean leave() {
            ConnectionRing current = ring;
            if (current != null) {
                before.after = after;
                after.before = before;
                before = this;
                after = this;
                ring = null;
                current.size--;
            }
            return current != null;
        }

        boolean in(ConnectionRing asked) {
            return ring == asked;
        }
    }

    private final RingPlace ends = new RingPlace(null);
    private int size;

    /** Joins as the youngest, leaving its ring of before. */
    void join(RingPlace place) {
        place.leave();
        place.ring = this;
        place.before = ends.before;
        place.after = ends;
        ends.before.after = place;
        ends.before = place;
        size++;
    }

    int size() {
        return size;
    }

    @Nullable OpenConnection oldest() {
        return ends.after.connection;
    }

    @Nullable OpenConnection newest() {
        return ends.before.connection;
    }

    /** The one that joined after another; null at the end. */
    static @Nullable OpenConnection after(RingPlace place) {
        return place.after.connection;
    }

    /** The one that joined before another; null at the beginning. */
    static @Nullable OpenConnection before(RingPlace place) {
        return place.before.connection;
    }
}
