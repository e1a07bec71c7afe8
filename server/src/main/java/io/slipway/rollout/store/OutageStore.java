package io.slipway.rollout.store;

import io.slipway.rollout.rules.attempt.Outages;
import io.slipway.sql.Tx;
import java.util.ArrayList;
import java.util.Optional;

/** The tables {@code outage} and {@code alive}. */
public final class OutageStore {

    /** Reason of a span that was no outage: the clock was set. */
    public static final String CLOCK = "clock";

    private OutageStore() {}

    /** Inserts one, or extends the one with this id. */
    public static void put(Tx tx, long id, Outages.Span span, String why) {
        tx.update(
                        """
                        INSERT INTO outage (id, from_at, to_at, why)
                        VALUES (:id, :from, :to, :why)
                        ON CONFLICT (id) DO UPDATE SET
                            from_at = excluded.from_at, to_at = excluded.to_at
                        """)
                .bind("id", id)
                .bind("from", span.from())
                .bind("to", span.to())
                .bind("why", why)
                .execute();
    }

    /** Those that ended after {@code at}. */
    public static Outages since(Tx tx, long at) {
        var outages = new ArrayList<Outages.Span>();
        var steps = new ArrayList<Outages.Span>();
        tx.query(
                        """
                        SELECT from_at, to_at, why FROM outage WHERE to_at > :at
                        ORDER BY from_at
                        """)
                .bind("at", at)
                .map((row, context) -> {
                    boolean step = CLOCK.equals(row.getString(3));
                    return (step ? steps : outages)
                            .add(new Outages.Span(row.getLong(1), row.getLong(2)));
                })
                .list();
        return new Outages(outages, steps);
    }

    public static int forgetBefore(Tx tx, long at) {
        return tx.update("DELETE FROM outage WHERE to_at < :at").bind("at", at).execute();
    }

    /** Records that a node is alive now; returns the previous time of any node. */
    public static Optional<Long> alive(Tx tx, long now) {
        Optional<Long> before =
                tx.query("SELECT seen_at FROM alive WHERE id = 1").mapTo(Long.class).findOne();
        tx.update(
                        """
                        INSERT INTO alive (id, seen_at) VALUES (1, :now)
                        ON CONFLICT (id) DO UPDATE SET seen_at = excluded.seen_at
                        """)
                .bind("now", now)
                .execute();
        return before;
    }

    /**
     * Re-examines attempts that would time out only after {@code last}; no timeout is that long, so
     * their start was recorded by a clock that was ahead.
     */
    public static int wakeLate(Tx tx, long now, long last) {
        return tx.update(
                        """
                        UPDATE rollout_attempt SET due = :now
                        WHERE due < 9223372036854775807 AND due > :last
                        """)
                .bind("now", now)
                .bind("last", last)
                .execute();
    }

    /** Re-examines attempts that wait for the end of an outage. */
    public static int wake(Tx tx, long now) {
        return tx.update(
                        """
                        UPDATE rollout_attempt SET due = :now WHERE closed = 0 AND due = :due
                            AND state IN ('DOWNLOADED', 'SILENT', 'BOOTED')
                        """)
                .bind("now", now)
                .bind("due", Long.MAX_VALUE)
                .execute();
    }
}
