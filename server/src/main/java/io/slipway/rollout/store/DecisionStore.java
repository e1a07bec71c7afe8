package io.slipway.rollout.store;

import io.slipway.sql.Tx;
import java.util.Map;
import java.util.Optional;

/** The table {@code decision}: each device's last answer. */
public final class DecisionStore {

    private DecisionStore() {}

    public record DecisionRow(long at, String body) {}

    public static void write(Tx tx, Map<Long, DecisionRow> decisions) {
        tx.batch(
                """
                INSERT INTO decision (device, at, body) VALUES (?, ?, ?)
                ON CONFLICT (device) DO UPDATE SET at = excluded.at, body = excluded.body\
                """,
                decisions.entrySet(),
                (upsert, entry) -> {
                    upsert.setLong(1, entry.getKey());
                    upsert.setLong(2, entry.getValue().at());
                    upsert.setString(3, entry.getValue().body());
                });
    }

    public static Optional<DecisionRow> find(Tx tx, long device) {
        return tx.query("SELECT at, body FROM decision WHERE device = :device")
                .bind("device", device)
                .map((row, context) -> new DecisionRow(row.getLong(1), row.getString(2)))
                .findOne();
    }

    public static int forgetBefore(Tx tx, long at, int limit) {
        return tx.update(
                        """
                        DELETE FROM decision WHERE device IN
                            (SELECT device FROM decision WHERE at < :at LIMIT :limit)
                        """)
                .bind("at", at)
                .bind("limit", limit)
                .execute();
    }
}
