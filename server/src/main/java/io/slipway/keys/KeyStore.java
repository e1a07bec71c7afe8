package io.slipway.keys;

import io.slipway.sql.Tx;
import java.util.List;

/** The table {@code secret}. */
final class KeyStore {

    record KeyRow(
            String id,
            String purpose,
            String sealed,
            long createdAt,
            boolean current,
            boolean revoked,
            long retiredAt,
            boolean ofPair) {}

    private KeyStore() {}

    static List<KeyRow> all(Tx tx, String purpose) {
        return tx.handle()
                .createQuery(
                        """
                        SELECT id, purpose, sealed, created_at, retired_at, revoked_at, form
                        FROM secret WHERE purpose = ? ORDER BY created_at, id\
                        """)
                .bind(0, purpose)
                .map((row, context) ->
                        new KeyRow(
                                row.getString("id"),
                                row.getString("purpose"),
                                row.getString("sealed"),
                                row.getLong("created_at"),
                                row.getObject("retired_at") == null
                                        && row.getObject("revoked_at") == null,
                                row.getObject("revoked_at") != null,
                                row.getLong("retired_at"),
                                row.getLong("form") == 1))
                .list();
    }

    static void insert(Tx tx, KeyRow row) {
        tx.handle()
                .execute(
                        """
                        INSERT INTO secret (id, purpose, sealed, created_at, form)
                        VALUES (?, ?, ?, ?, ?)
                        ON CONFLICT DO NOTHING\
                        """,
                        row.id(),
                        row.purpose(),
                        row.sealed(),
                        row.createdAt(),
                        row.ofPair() ? 1 : 0);
    }

    static void retire(Tx tx, String purpose, long now) {
        tx.handle()
                .execute(
                        "UPDATE secret SET retired_at = ? WHERE purpose = ? AND retired_at IS NULL",
                        now,
                        purpose);
    }

    static boolean revoke(Tx tx, String id, long now) {
        return tx.handle()
                        .execute(
                                """
                                UPDATE secret SET revoked_at = ?
                                WHERE id = ? AND purpose = 'session'
                                  AND retired_at IS NOT NULL AND revoked_at IS NULL\
                                """,
                                now,
                                id)
                == 1;
    }
}
