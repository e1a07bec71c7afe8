package io.slipway.device.seen;

import io.slipway.sql.Tx;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/** The table {@code called_host}. */
final class CalledHostStore {

    private CalledHostStore() {}

    /** The accounts of those of the given devices that are proven, by device id. */
    static List<Map.Entry<Long, String>> accounts(Tx tx, Collection<Long> devices) {
        return tx.in(
                "SELECT id, account_id FROM device WHERE proven = 1 AND id IN (<keys>)",
                devices,
                row -> Map.entry(row.getLong(1), row.getString(2)));
    }

    static List<String> since(Tx tx, String account, long since) {
        return tx.query(
                        """
                        SELECT host FROM called_host
                        WHERE account_id = :account AND called_at >= :since
                        """)
                .bind("account", account)
                .bind("since", since)
                .mapTo(String.class)
                .list();
    }

    /** Records a call. Beyond {@code most} hosts, the least recently called are removed. */
    static void called(Tx tx, String account, String host, long at, int most) {
        tx.update(
                        """
                        INSERT INTO called_host (account_id, host, called_at)
                        VALUES (:account, :host, :at)
                        ON CONFLICT (account_id, host)
                        DO UPDATE SET called_at = excluded.called_at
                        """)
                .bind("account", account)
                .bind("host", host)
                .bind("at", at)
                .execute();
        tx.update(
                        """
                        DELETE FROM called_host WHERE account_id = :account AND host NOT IN (
                            SELECT host FROM called_host WHERE account_id = :account
                            ORDER BY called_at DESC, host LIMIT :most)
                        """)
                .bind("account", account)
                .bind("most", most)
                .execute();
    }

    static int forgetBefore(Tx tx, long before, int limit) {
        return tx.update(
                        """
                        DELETE FROM called_host WHERE (account_id, host) IN (
                            SELECT account_id, host FROM called_host
                            WHERE called_at < :before LIMIT :limit)
                        """)
                .bind("before", before)
                .bind("limit", limit)
                .execute();
    }

    static void forget(Tx tx, String account) {
        tx.update("DELETE FROM called_host WHERE account_id = :account")
                .bind("account", account)
                .execute();
    }
}
