package io.slipway.account;

import io.slipway.sql.Tx;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.statement.StatementContext;

final class ApiKeyStore {

    /** A key and the active account it acts for. */
    record KeyAndOwner(ApiKey key, Account account) {}

    Optional<KeyAndOwner> owner(Tx tx, String hash) {
        return tx.query(
                        """
                        SELECT api_key.id AS key_id, api_key.account_id, api_key.prefix, api_key.name,
                          api_key.created_at AS key_created_at, api_key.last_used_at,
                          api_key.scope, api_key.last_used_from, account.*
                        FROM api_key JOIN account ON account.id = api_key.account_id
                        WHERE api_key.hash = :hash AND account.disabled = 0
                        """)
                .bind("hash", hash)
                .map((row, context) ->
                        new KeyAndOwner(
                                key(row, "key_id", "key_created_at"),
                                AccountStore.account(row, context)))
                .findOne();
    }

    /** Of uses that several nodes saw the last one counts, unless the clock was set back. */
    void used(Tx tx, List<KeyUses.KeyUse> uses, long now) {
        tx.batch(
                """
                UPDATE api_key SET last_used_at = ?, last_used_from = ?
                WHERE id = ? AND (last_used_at IS NULL OR last_used_at < ? OR last_used_at > ?)
                """,
                uses,
                (bind, use) -> {
                    bind.setLong(1, use.at());
                    bind.setString(2, use.address());
                    bind.setString(3, use.keyId());
                    bind.setLong(4, use.at());
                    bind.setLong(5, now);
                });
    }

    void insert(Tx tx, ApiKey key, String hash) {
        tx.update(
                        """
                        INSERT INTO api_key (id, account_id, hash, prefix, name, scope, created_at)
                        VALUES (:id, :accountId, :hash, :prefix, :name, :scope, :createdAt)
                        """)
                .bind("id", key.id())
                .bind("accountId", key.accountId())
                .bind("hash", hash)
                .bind("prefix", key.prefix())
                .bind("name", key.name())
                .bind("scope", key.scope().code())
                .bind("createdAt", key.createdAt())
                .execute();
    }

    long count(Tx tx, String accountId) {
        return tx.query("SELECT count(*) FROM api_key WHERE account_id = :id")
                .bind("id", accountId)
                .mapTo(Long.class)
                .one();
    }

    List<ApiKey> list(Tx tx, String accountId, String after, int limit) {
        return tx.query(
                        """
                        SELECT * FROM api_key WHERE account_id = :account AND id > :after
                        ORDER BY id LIMIT :limit
                        """)
                .bind("account", accountId)
                .bind("after", after)
                .bind("limit", limit)
                .map(ApiKeyStore::plain)
                .list();
    }

    int deleteAll(Tx tx, String accountId) {
        return tx.update("DELETE FROM api_key WHERE account_id = :account")
                .bind("account", accountId)
                .execute();
    }

    Optional<ApiKey> delete(Tx tx, String accountId, String id) {
        return tx.query(
                        """
                        DELETE FROM api_key WHERE id = :id AND account_id = :account RETURNING *
                        """)
                .bind("id", id)
                .bind("account", accountId)
                .map(ApiKeyStore::plain)
                .findOne();
    }

    private static ApiKey plain(ResultSet row, StatementContext context) throws SQLException {
        return key(row, "id", "created_at");
    }

    private static ApiKey key(ResultSet row, String id, String createdAt) throws SQLException {
        long used = row.getLong("last_used_at");
        Long lastUsedAt = row.wasNull() ? null : used;
        return new ApiKey(
                row.getString(id),
                row.getString("account_id"),
                row.getString("prefix"),
                row.getString("name"),
                KeyScope.named(row.getString("scope")),
                row.getLong(createdAt),
                lastUsedAt,
                row.getString("last_used_from"));
    }
}
