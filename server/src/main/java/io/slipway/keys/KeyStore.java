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
        return tx.query(
                        """
                        SELECT id, purpose, sealed, created_at, retired_at, revoked_at, form
                        FROM secret WHERE purpose = :purpose ORDER BY created_at, id
                        """)
                .bind("purpose", purpose)
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
        tx.update(
                        """
                        INSERT INTO secret (id, purpose, sealed, created_at, form)
                        VALUES (:id, :purpose, :sealed, :createdAt, :form)
                        ON CONFLICT DO NOTHING
                        """)
                .bind("id", row.id())
                .bind("purpose", row.purpose())
                .bind("sealed", row.sealed())
                .bind("createdAt", row.createdAt())
                .bind("form", row.ofPair() ? 1 : 0)
                .execute();
    }

    static void retire(Tx tx, String purpose, long now) {
        tx.update(
                        """
                        UPDATE secret SET retired_at = :now
                        WHERE purpose = :purpose AND retired_at IS NULL
                        """)
                .bind("now", now)
                .bind("purpose", purpose)
                .execute();
    }

    static boolean revoke(Tx tx, String id, long now) {
        return tx.update(
                                """
                                UPDATE secret SET revoked_at = :now
                                WHERE id = :id AND purpose = 'session'
                                  AND retired_at IS NOT NULL AND revoked_at IS NULL
                                """)
                        .bind("now", now)
                        .bind("id", id)
                        .execute()
                == 1;
    }
}
