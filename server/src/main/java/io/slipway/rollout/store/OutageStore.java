package io.slipway.rollout.store;

import io.slipway.rollout.rules.attempt.Outages;
import io.slipway.sql.Tx;
import java.util.ArrayList;
import java.util.Optional;

/** The tables {@code outage} and {@code alive}. */
public final class OutageStore {

    /** Why, of a span that was no outage: the clock was set. */
    public static final String CLOCK = "clock";

    private OutageStore() {}

    /** Writes one, or lets the one with this id grow. */
    public static void put(Tx tx, long id, Outages.Span span, String why) {
        tx.handle()
                .execute(
                        """
                        INSERT INTO outage (id, from_at, to_at, why) VALUES (?, ?, ?, ?)
                        ON CONFLICT (id) DO UPDATE SET
                            from_at = excluded.from_at, to_at = excluded.to_at\
                        """,
                        id,
                        span.from(),
                        span.to(),
                        why);
    }

    /** Those that ended after {@code at}. */
    public static Outages since(Tx tx, long at) {
        var outages = new ArrayList<Outages.Span>();
        var steps = new ArrayList<Outages.Span>();
        tx.all(
                "SELECT from_at, to_at, why FROM outage WHERE to_at > ? ORDER BY from_at",
                bind -> bind.setLong(1, at),
                row -> {
                    boolean step = CLOCK.equals(row.getString(3));
                    return (step ? steps : outages)
                            .add(new Outages.Span(row.getLong(1), row.getLong(2)));
                });
        return new Outages(outages, steps);
    }

    public static int forgetBefore(Tx tx, long at) {
        return tx.handle().execute("DELETE FROM outage WHERE to_at < ?", at);
    }

    /** When any node was last alive; returns what stood there before. */
    public static Optional<Long> alive(Tx tx, long now) {
        Optional<Long> before =
                tx.handle()
                        .createQuery("SELECT seen_at FROM alive WHERE id = 1")
                        .mapTo(Long.class)
                        .findOne();
        tx.handle()
                .execute(
                        """
                        INSERT INTO alive (id, seen_at) VALUES (1, ?)
                        ON CONFLICT (id) DO UPDATE SET seen_at = excluded.seen_at\
                        """,
                        now);
        return before;
    }

    /**
     * Attempts that time runs out for only after {@code last}, as no wait is so long, are looked at
     * anew: a clock that was ahead has said when they began.
     */
    public static int wakeLate(Tx tx, long now, long last) {
        return tx.handle()
                .execute(
                        """
                        UPDATE rollout_attempt SET due = ?
                        WHERE due < 9223372036854775807 AND due > ?\
                        """,
                        now,
                        last);
    }

    /** Attempts that wait for the end of an outage are looked at anew. */
    public static int wake(Tx tx, long now) {
        return tx.handle()
                .execute(
                        """
                        UPDATE rollout_attempt SET due = ? WHERE closed = 0 AND due = ?
                            AND state IN ('DOWNLOADED', 'SILENT', 'BOOTED')\
                        """,
                        now,
                        Long.MAX_VALUE);
    }
}
