package io.slipway.event;

import io.slipway.event.Delivery.DeliveryState;
import io.slipway.sql.Tx;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The table {@code delivery}. */
final class DeliveryStore {

    private DeliveryStore() {}

    /**
     * Adds deliveries; existing ones stay unchanged. Should another node have generated the same
     * id, which the random part all but rules out, this fails and is retried with other ids: it
     * must not be mistaken for an existing delivery.
     */
    static void insert(Tx tx, List<Delivery> deliveries) {
        tx.batch(
                """
                INSERT INTO delivery (id, webhook_id, event_id, type, state, attempts, due_at,
                    sending, status, error, created_at, updated_at)
                VALUES (?, ?, ?, ?, 0, 0, ?, 0, 0, '', ?, ?)
                ON CONFLICT (webhook_id, event_id) WHERE event_id <> 0 DO NOTHING\
                """,
                deliveries,
                (insert, delivery) -> {
                    insert.setLong(1, delivery.id());
                    insert.setString(2, delivery.webhookId());
                    insert.setLong(3, delivery.eventId());
                    insert.setString(4, delivery.type());
                    insert.setLong(5, delivery.progress().dueAt());
                    insert.setLong(6, delivery.createdAt());
                    insert.setLong(7, delivery.updatedAt());
                });
    }

    static long waiting(Tx tx, String webhookId) {
        return tx.query("SELECT count(*) FROM delivery WHERE webhook_id = :webhook AND state = 0")
                .bind("webhook", webhookId)
                .mapTo(Long.class)
                .one();
    }

    /** Gives up the oldest waiting deliveries, except those that are being sent. */
    static void giveUp(Tx tx, String webhookId, long count, String reason, long now) {
        tx.update(
                        """
                        UPDATE delivery SET state = 2, error = :reason, updated_at = :now
                        WHERE id IN (
                          SELECT id FROM delivery
                          WHERE webhook_id = :webhookId AND state = 0 AND sending = 0
                          ORDER BY id LIMIT :count)
                        """)
                .bind("reason", reason)
                .bind("now", now)
                .bind("webhookId", webhookId)
                .bind("count", count)
                .execute();
    }

    /**
     * Makes deliveries due now that are due only after {@code last}: no wait is that long, so they
     * were postponed by a clock that was ahead. At most {@code limit}; returns how many.
     */
    static int wakeLate(Tx tx, long now, long last, int limit) {
        return tx.update(
                        """
                        UPDATE delivery SET due_at = :now WHERE id IN
                            (SELECT id FROM delivery WHERE state = 0 AND due_at > :last
                             ORDER BY id LIMIT :limit)
                        """)
                .bind("now", now)
                .bind("last", last)
                .bind("limit", limit)
                .execute();
    }

    /** How many of a webhook's deliveries are being sent, by nodes whose lease has not expired. */
    static long sending(Tx tx, String webhookId, long now) {
        return tx.query(
                        """
                        SELECT count(*) FROM delivery
                        WHERE webhook_id = :webhook AND sending = 1 AND due_at > :now
                        """)
                .bind("webhook", webhookId)
                .bind("now", now)
                .mapTo(Long.class)
                .one();
    }

    /**
     * Claims the delivery that has waited longest. It is due again at {@code until} unless its
     * result is recorded by then. The webhook must be locked.
     */
    static Optional<Delivery> take(Tx tx, String webhookId, long now, long until) {
        return tx.query(
                        """
                        UPDATE delivery SET sending = 1, attempts = attempts + 1, due_at = :until
                        WHERE id = (SELECT id FROM delivery
                          WHERE webhook_id = :webhook AND state = 0 AND due_at <= :now
                          ORDER BY due_at, id LIMIT 1)
                        RETURNING *
                        """)
                .bind("webhook", webhookId)
                .bind("now", now)
                .bind("until", until)
                .map((row, context) -> delivery(row))
                .findOne();
    }

    /**
     * Records the result of an attempt.
     *
     * @param dueAt of the next attempt, if there is one
     * @return false when another attempt has begun in between, or it was given up
     */
    static boolean ended(
            Tx tx,
            Delivery taken,
            DeliveryState state,
            int status,
            String error,
            long dueAt,
            long now) {
        return tx.update(
                                """
                                UPDATE delivery SET sending = 0, state = :state, status = :status,
                                  error = :error, due_at = :dueAt, updated_at = :now
                                WHERE id = :id AND state = 0 AND sending = 1 AND attempts = :attempts
                                """)
                        .bind("state", state.number())
                        .bind("status", status)
                        .bind("error", error)
                        .bind("dueAt", dueAt)
                        .bind("now", now)
                        .bind("id", taken.id())
                        .bind("attempts", taken.progress().attempts())
                        .execute()
                == 1;
    }

    /** Makes a dead letter wait again, as if new; false if it is none. */
    static boolean revive(Tx tx, long id, long now) {
        return tx.update(
                                """
                                UPDATE delivery SET state = 0, attempts = 0, due_at = :now, updated_at = :now
                                WHERE id = :id AND state = 2
                                """)
                        .bind("now", now)
                        .bind("id", id)
                        .execute()
                == 1;
    }

    static Optional<Delivery> find(Tx tx, String webhookId, long id) {
        return tx.query("SELECT * FROM delivery WHERE id = :id AND webhook_id = :webhook")
                .bind("id", id)
                .bind("webhook", webhookId)
                .map((row, context) -> delivery(row))
                .findOne();
    }

    /** Newest first, those below {@code before}; null for all states. */
    static List<Delivery> list(
            Tx tx, String webhookId, @Nullable DeliveryState state, long before, int limit) {
        var query =
                tx.query(
                                """
                                SELECT * FROM delivery WHERE webhook_id = :webhook AND id < :before <of_state>
                                ORDER BY id DESC LIMIT :limit
                                """)
                        .define("of_state", state == null ? "" : "AND state = :state")
                        .bind("webhook", webhookId)
                        .bind("before", before)
                        .bind("limit", limit);
        if (state != null) {
            query.bind("state", state.number());
        }
        return query.map((row, context) -> delivery(row)).list();
    }

    static int deleteOf(Tx tx, String webhookId, int limit) {
        return tx.update(
                        """
                        DELETE FROM delivery WHERE id IN
                            (SELECT id FROM delivery WHERE webhook_id = :webhookId LIMIT :limit)
                        """)
                .bind("webhookId", webhookId)
                .bind("limit", limit)
                .execute();
    }

    static int deleteBefore(Tx tx, long at, int limit) {
        return tx.update(
                        """
                        DELETE FROM delivery WHERE id IN
                            (SELECT id FROM delivery WHERE updated_at < :at LIMIT :limit)
                        """)
                .bind("at", at)
                .bind("limit", limit)
                .execute();
    }

    private static Delivery delivery(ResultSet row) throws SQLException {
        return new Delivery(
                row.getLong("id"),
                row.getString("webhook_id"),
                row.getLong("event_id"),
                row.getString("type"),
                new Delivery.DeliveryProgress(
                        DeliveryState.of(row.getInt("state")),
                        row.getInt("attempts"),
                        row.getLong("due_at"),
                        row.getInt("status"),
                        row.getString("error")),
                row.getLong("created_at"),
                row.getLong("updated_at"));
    }
}
