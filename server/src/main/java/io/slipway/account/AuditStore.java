package io.slipway.account;

import io.slipway.sql.Ids;
import io.slipway.sql.Tx;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jdbi.v3.core.statement.StatementContext;
import org.jspecify.annotations.Nullable;

/**
 * The table {@code audit}. The transaction that binds a device at its first check-in writes an
 * entry, for a fleet thousands a second: its insert is raw.
 */
final class AuditStore {

    void insert(Tx tx, AuditEntry entry) {
        tx.raw()
                .update(
                        """
                        INSERT INTO audit (id, at, account_id, username, action, target, detail, address)
                        VALUES (?, ?, ?, ?, ?, ?, ?, ?)\
                        """,
                        bind -> {
                            bind.setLong(1, entry.id());
                            bind.setLong(2, entry.at());
                            bind.setString(3, entry.accountId());
                            bind.setString(4, entry.username());
                            bind.setString(5, entry.action());
                            bind.setString(6, entry.target());
                            bind.setString(7, entry.detail());
                            bind.setString(8, entry.address());
                        });
    }

    /** Newest first, those before {@code before}. */
    List<AuditEntry> list(Tx tx, AuditQuery wanted, long before, int limit) {
        var such = new StringBuilder();
        var bind = new HashMap<String, Object>();
        narrow(such, bind, "account_id", wanted.accountId());
        narrow(such, bind, "username", wanted.actor());
        narrow(such, bind, "action", wanted.action());
        narrow(such, bind, "target", wanted.subject());
        // Ids grow with time, so a time corresponds to an id.
        bind.put("before", Math.min(before, Ids.least(wanted.until())));
        bind.put("since", Ids.least(wanted.since()));
        return tx.query(
                        """
                        SELECT * FROM audit WHERE id < :before AND id >= :since <such>
                        ORDER BY id DESC LIMIT :limit
                        """)
                .define("such", such.toString())
                .bindMap(bind)
                .bind("limit", limit)
                .map(AuditStore::entry)
                .list();
    }

    private static void narrow(
            StringBuilder such, Map<String, Object> bind, String column, @Nullable String value) {
        if (value != null) {
            such.append(" AND ").append(column).append(" = :").append(column);
            bind.put(column, value);
        }
    }

    // Ids grow with time: only the oldest are examined, so the time needs no index.
    int deleteBefore(Tx tx, long at, int limit) {
        return tx.update(
                        """
                        DELETE FROM audit WHERE id IN
                        (SELECT id FROM (SELECT id, at FROM audit ORDER BY id LIMIT :limit) oldest
                         WHERE at < :at)
                        """)
                .bind("at", at)
                .bind("limit", limit)
                .execute();
    }

    private static AuditEntry entry(ResultSet row, StatementContext context) throws SQLException {
        return new AuditEntry(
                row.getLong("id"),
                row.getLong("at"),
                row.getString("account_id"),
                row.getString("username"),
                row.getString("action"),
                row.getString("target"),
                row.getString("detail"),
                row.getString("address"));
    }
}
