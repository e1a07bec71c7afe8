package io.slipway.device;

import io.slipway.sql.Tx;
import java.util.Optional;

/** The table {@code zone_news}: how far an account's devices know of its new time zone. */
final class ZoneStore {

    /**
     * @param after the last device that is done, by id
     */
    record ZoneProgress(String accountId, long after) {}

    private ZoneStore() {}

    /** From the first device on, also when it was at work on an earlier change. */
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

    // Another node may have gone on meanwhile, or a newer change has begun anew: then that counts.
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
