package io.slipway.work;

import io.slipway.sql.Tx;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

final class ThrottleStore {

    /** No window is longer. */
    private static final Duration LONGEST = Duration.ofHours(25);

    private static final Duration NODES_APART = Duration.ofMinutes(1);

    /** A running window. */
    record WindowRow(long total, long endsAt) {}

    // A window that ends later than any new one was begun by a clock that was ahead.
    private static long last(long now) {
        return now + LONGEST.toMillis() + NODES_APART.toMillis();
    }

    Optional<WindowRow> find(Tx tx, String key, long now) {
        return tx.query(
                        """
                        SELECT total, ends_at FROM attempt
                        WHERE id = :id AND ends_at > :now AND ends_at <= :last
                        """)
                .bind("id", key)
                .bind("now", now)
                .bind("last", last(now))
                .map((row, context) -> new WindowRow(row.getLong("total"), row.getLong("ends_at")))
                .findOne();
    }

    long add(Tx tx, String key, long amount, long now, long endsAt) {
        return tx.query(
                        """
                        INSERT INTO attempt (id, total, ends_at) VALUES (:id, :amount, :endsAt)
                        ON CONFLICT (id) DO UPDATE SET
                          total = CASE WHEN attempt.ends_at > :now AND attempt.ends_at <= :last
                                       THEN attempt.total + excluded.total ELSE excluded.total END,
                          ends_at = CASE WHEN attempt.ends_at > :now AND attempt.ends_at <= :last
                                         THEN attempt.ends_at ELSE excluded.ends_at END
                        RETURNING total
                        """)
                .bind("id", key)
                .bind("amount", amount)
                .bind("now", now)
                .bind("endsAt", endsAt)
                .bind("last", endsAt + NODES_APART.toMillis())
                .mapTo(Long.class)
                .one();
    }

    long sum(Tx tx, List<String> keys, long now) {
        return tx.query(
                        """
                        SELECT coalesce(sum(total), 0) FROM attempt
                        WHERE id IN (<keys>) AND ends_at > :now AND ends_at <= :last
                        """)
                .bindList("keys", keys)
                .bind("now", now)
                .bind("last", last(now))
                .mapTo(Long.class)
                .one();
    }

    void delete(Tx tx, String key) {
        tx.update("DELETE FROM attempt WHERE id = :id").bind("id", key).execute();
    }

    int deleteEnded(Tx tx, long now, int limit) {
        return tx.update(
                        """
                        DELETE FROM attempt WHERE id IN
                        (SELECT id FROM attempt WHERE ends_at <= :now ORDER BY ends_at LIMIT :limit)
                        """)
                .bind("now", now)
                .bind("limit", limit)
                .execute();
    }
}
