package io.slipway.rollout.store;

import io.slipway.rollout.rules.attempt.Outages;
import io.slipway.sql.Tx;
import java.util.List;
import java.util.Optional;

/** The tables {@code outage} and {@code alive}. */
public final class OutageStore {

    private OutageStore() {}

    /** Writes one, or lets the one with this id grow. */
    public static void put(Tx tx, long id, Outages.Span span, String why) {
        tx.handle()
                .execute(
                        """
                        INSERT INTO outage (id, from_at, to_at, why) VALUES (?, ?, ?, ?)
                        ON CONFLICT (id) DO UPDATE SET to_at = excluded.to_at\
                        """,
                        id,
                        span.from(),
                        span.to(),
                        why);
    }

    /** Those that ended after {@code at}. */
    public static List<Outages.Span> since(Tx tx, long at) {
        return tx.handle()
                .createQuery("SELECT from_at, to_at FROM outage WHERE to_at > ? ORDER BY from_at")
                .bind(0, at)
                .map((row, context) -> new Outages.Span(row.getLong(1), row.getLong(2)))
                .list();
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
                        ON CONFLICT (id) DO UPDATE SET seen_at = excluded.seen_at
                        WHERE alive.seen_at < excluded.seen_at\
                        """,
                        now);
        return before;
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
