package io.slipway.account;

import io.slipway.cluster.ClusterClock;
import io.slipway.sql.Tx;
import java.util.Optional;

final class LoginStore {

    /** The maximum number of logins; beyond it, the oldest end. */
    static final int PER_ACCOUNT = 100;

    /** The active account that a live login belongs to. */
    Optional<Account> account(Tx tx, String hash, long now) {
        return tx.query(
                        """
                        SELECT account.* FROM login JOIN account ON account.id = login.account_id
                        WHERE login.id = :hash AND login.expires_at > :now AND account.disabled = 0
                            AND login.created_at <= :last
                        """)
                .bind("hash", hash)
                .bind("now", now)
                // A login made by a clock that was ahead would last until that time.
                .bind("last", last(now))
                .map(AccountStore::account)
                .findOne();
    }

    // While the clock is not set, ages can't be computed.
    private static long last(long now) {
        return ClusterClock.toldBySetClock(now) ? now + Logins.LIFE_SECONDS * 1000 : Long.MAX_VALUE;
    }

    void insert(Tx tx, String hash, String accountId, long now, long expiresAt) {
        tx.update(
                        """
                        DELETE FROM login WHERE id IN
                        (SELECT id FROM login WHERE account_id = :account
                         ORDER BY created_at DESC LIMIT 100 OFFSET :keep)
                        """)
                .bind("account", accountId)
                .bind("keep", PER_ACCOUNT - 1)
                .execute();
        tx.update(
                        """
                        INSERT INTO login (id, account_id, created_at, expires_at)
                        VALUES (:hash, :account, :now, :expiresAt)
                        """)
                .bind("hash", hash)
                .bind("account", accountId)
                .bind("now", now)
                .bind("expiresAt", expiresAt)
                .execute();
    }

    void delete(Tx tx, String hash) {
        tx.update("DELETE FROM login WHERE id = :id").bind("id", hash).execute();
    }

    /**
     * Ends all logins of an account except {@code kept}, {@code ""} for none; returns how many were
     * still valid.
     */
    int deleteOthers(Tx tx, String accountId, String kept, long now) {
        return (int)
                tx
                        .query(
                                """
                                DELETE FROM login WHERE account_id = :account AND id <> :kept
                                RETURNING expires_at
                                """)
                        .bind("account", accountId)
                        .bind("kept", kept)
                        .mapTo(Long.class)
                        .list()
                        .stream()
                        .filter(end -> end > now)
                        .count();
    }

    int deleteExpired(Tx tx, long now, int limit) {
        return tx.update(
                        """
                        DELETE FROM login WHERE id IN
                        (SELECT id FROM login WHERE expires_at <= :now
                         ORDER BY expires_at LIMIT :limit)
                        """)
                .bind("now", now)
                .bind("limit", limit)
                .execute();
    }
}
