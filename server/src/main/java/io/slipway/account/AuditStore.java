package io.slipway.account;

import io.slipway.sql.Tx;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import org.jdbi.v3.core.statement.StatementContext;
import org.jspecify.annotations.Nullable;

final class AuditStore {

    void insert(Tx tx, AuditEntry entry) {
        tx.handle()
                .createUpdate(
                        """
                        INSERT INTO audit (id, at, account_id, username, action, target, detail, address)
                        VALUES (:id, :at, :accountId, :username, :action, :target, :detail, :address)
                        """)
                .bindMethods(entry)
                .execute();
    }

    /** Newest first, those before {@code before}. */
    List<AuditEntry> list(
            Tx tx,
            @Nullable String accountId,
            @Nullable String action,
            @Nullable String target,
            long before,
            int limit) {
        var sql = new StringBuilder("SELECT * FROM audit WHERE id < :before");
        if (accountId != null) {
            sql.append(" AND account_id = :accountId");
        }
        if (action != null) {
            sql.append(" AND action = :action");
        }
        if (target != null) {
            sql.append(" AND target = :target");
        }
        var query =
                tx.handle()
                        .createQuery(sql.append(" ORDER BY id DESC LIMIT :limit").toString())
                        .bind("before", before)
                        .bind("limit", limit);
        if (accountId != null) {
            query.bind("accountId", accountId);
        }
        if (action != null) {
            query.bind("action", action);
        }
        if (target != null) {
            query.bind("target", target);
        }
        return query.map(AuditStore::entry).list();
    }

    // Ids grow with time: only the oldest need a look, so the time has no index.
    int deleteBefore(Tx tx, long at, int limit) {
        return tx.handle()
                .createUpdate(
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
