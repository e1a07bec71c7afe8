package io.slipway.activation;

import io.slipway.sql.Tx;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/** The table {@code import}. */
final class ImportStore {

    private static final String COLUMNS =
            "SELECT id, agent_id, created_at, devices, undone_at FROM import ";

    /**
     * An import.
     *
     * @param createdAt epoch ms
     * @param undoneAt when it was undone, epoch ms; 0 while it stands
     */
    record Import(String id, String agentId, long createdAt, long devices, long undoneAt) {}

    private ImportStore() {}

    /** Adds devices to an import, creating it if necessary. */
    static void add(Tx tx, String id, String accountId, String agentId, int devices, long now) {
        tx.update(
                        """
                        INSERT INTO import
                            (id, account_id, agent_id, created_at, devices, undone_at)
                        VALUES (:id, :accountId, :agentId, :now, :devices, 0)
                        ON CONFLICT (id) DO UPDATE SET devices = import.devices + excluded.devices
                        """)
                .bind("id", id)
                .bind("accountId", accountId)
                .bind("agentId", agentId)
                .bind("now", now)
                .bind("devices", devices)
                .execute();
    }

    static Optional<Import> find(Tx tx, String accountId, String id) {
        return tx.query(COLUMNS + "WHERE id = :id AND account_id = :accountId")
                .bind("id", id)
                .bind("accountId", accountId)
                .map((row, context) -> read(row))
                .findFirst();
    }

    /** An account's imports before the given one, newest first; {@code ""} for the first page. */
    static List<Import> page(Tx tx, String accountId, String before, int limit) {
        return tx.query(
                        COLUMNS
                                + """
                                WHERE account_id = :accountId AND (:before = '' OR id < :before)
                                ORDER BY id DESC LIMIT :limit
                                """)
                .bind("accountId", accountId)
                .bind("before", before)
                .bind("limit", limit)
                .map((row, context) -> read(row))
                .list();
    }

    static void forget(Tx tx, String accountId) {
        tx.update("DELETE FROM import WHERE account_id = :accountId")
                .bind("accountId", accountId)
                .execute();
    }

    static void undone(Tx tx, String id, long now) {
        tx.update("UPDATE import SET undone_at = :now WHERE id = :id AND undone_at = 0")
                .bind("now", now)
                .bind("id", id)
                .execute();
    }

    private static Import read(ResultSet row) throws SQLException {
        return new Import(
                row.getString(1), row.getString(2), row.getLong(3), row.getLong(4), row.getLong(5));
    }
}
