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
     * Devices that were announced together.
     *
     * @param createdAt epoch ms
     * @param undoneAt when it was undone, epoch ms; 0 while it stands
     */
    record Import(String id, String agentId, long createdAt, long devices, long undoneAt) {}

    private ImportStore() {}

    /** Adds devices to an import, which may be the first of it. */
    static void add(Tx tx, String id, String accountId, String agentId, int devices, long now) {
        tx.update(
                """
                INSERT INTO import (id, account_id, agent_id, created_at, devices, undone_at)
                VALUES (?, ?, ?, ?, ?, 0)
                ON CONFLICT (id) DO UPDATE SET devices = import.devices + excluded.devices\
                """,
                bind -> {
                    bind.setString(1, id);
                    bind.setString(2, accountId);
                    bind.setString(3, agentId);
                    bind.setLong(4, now);
                    bind.setLong(5, devices);
                });
    }

    static Optional<Import> find(Tx tx, String accountId, String id) {
        return tx.first(
                COLUMNS + "WHERE id = ? AND account_id = ?",
                bind -> {
                    bind.setString(1, id);
                    bind.setString(2, accountId);
                },
                ImportStore::read);
    }

    /** An account's, the newest first, before one; {@code ""} for the first page. */
    static List<Import> page(Tx tx, String accountId, String before, int limit) {
        return tx.all(
                COLUMNS + "WHERE account_id = ? AND (? = '' OR id < ?) ORDER BY id DESC LIMIT ?",
                bind -> {
                    bind.setString(1, accountId);
                    bind.setString(2, before);
                    bind.setString(3, before);
                    bind.setLong(4, limit);
                },
                ImportStore::read);
    }

    static void forget(Tx tx, String accountId) {
        tx.handle().execute("DELETE FROM import WHERE account_id = ?", accountId);
    }

    static void undone(Tx tx, String id, long now) {
        tx.update(
                "UPDATE import SET undone_at = ? WHERE id = ? AND undone_at = 0",
                bind -> {
                    bind.setLong(1, now);
                    bind.setString(2, id);
                });
    }

    private static Import read(ResultSet row) throws SQLException {
        return new Import(
                row.getString(1), row.getString(2), row.getLong(3), row.getLong(4), row.getLong(5));
    }
}
