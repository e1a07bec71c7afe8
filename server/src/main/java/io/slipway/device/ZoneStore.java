package io.slipway.device;

import io.slipway.sql.Tx;
import java.util.Optional;

/**
 * The table {@code zone_news}: how far an account's new time zone has been spread to its devices.
 */
final class ZoneStore {

    /**
     * @param after the last device that was processed, by id
     */
    record ZoneProgress(String accountId, long after) {}

    private ZoneStore() {}

    /** From the first device on, even if an earlier change was in progress. */
    static void begin(Tx tx, String accountId) {
        tx.update(
                        """
                        INSERT INTO zone_news (account_id, after) VALUES (:accountId, 0)
                        ON CONFLICT (account_id) DO UPDATE SET after = 0
                        """)
                .bind("accountId", accountId)
                .execute();
    }

    static Optional<ZoneProgress> place(Tx tx) {
        return tx.query("SELECT account_id, after FROM zone_news ORDER BY account_id LIMIT 1")
                .map((row, context) -> new ZoneProgress(row.getString(1), row.getLong(2)))
                .findFirst();
    }

    // If another node has continued meanwhile, or a newer change has begun, that takes precedence.
    static void move(Tx tx, ZoneProgress from, long after) {
        tx.update(
                        """
                        UPDATE zone_news SET after = :after
                        WHERE account_id = :accountId AND after = :from
                        """)
                .bind("after", after)
                .bind("accountId", from.accountId())
                .bind("from", from.after())
                .execute();
    }

    static void end(Tx tx, ZoneProgress from) {
        tx.update("DELETE FROM zone_news WHERE account_id = :accountId AND after = :after")
                .bind("accountId", from.accountId())
                .bind("after", from.after())
                .execute();
    }
}
