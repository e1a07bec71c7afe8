package io.slipway.account;

import io.slipway.account.provider.ProvenIdentity;
import io.slipway.account.provider.SignInAttempt;
import io.slipway.sql.Tx;
import java.util.Optional;

final class ProviderStore {

    /**
     * An attempt as it was begun.
     *
     * @param accountId whose account is to be linked; {@code ""} for a sign-in
     * @param next the page to open afterwards
     */
    record StoredAttempt(SignInAttempt secrets, String accountId, String next) {}

    void begin(Tx tx, String id, StoredAttempt attempt, long expiresAt) {
        tx.update(
                        """
                        INSERT INTO provider_attempt
                          (id, state, nonce, verifier, account_id, next, expires_at)
                        VALUES (:id, :state, :nonce, :verifier, :account, :next, :expiresAt)
                        """)
                .bind("id", id)
                .bind("state", attempt.secrets().state())
                .bind("nonce", attempt.secrets().nonce())
                .bind("verifier", attempt.secrets().verifier())
                .bind("account", attempt.accountId())
                .bind("next", attempt.next())
                .bind("expiresAt", expiresAt)
                .execute();
    }

    /** Each attempt ends with its first return, whatever that brings. */
    Optional<StoredAttempt> take(Tx tx, String id, long now) {
        return tx.query("DELETE FROM provider_attempt WHERE id = :id RETURNING *")
                .bind("id", id)
                .map((row, context) ->
                        row.getLong("expires_at") <= now
                                ? Optional.<StoredAttempt>empty()
                                : Optional.of(
                                        new StoredAttempt(
                                                new SignInAttempt(
                                                        row.getString("state"),
                                                        row.getString("nonce"),
                                                        row.getString("verifier")),
                                                row.getString("account_id"),
                                                row.getString("next"))))
                .findOne()
                .flatMap(attempt -> attempt);
    }

    int deleteExpired(Tx tx, long now, int limit) {
        return tx.update(
                        """
                        DELETE FROM provider_attempt WHERE id IN
                        (SELECT id FROM provider_attempt WHERE expires_at <= :now
                         ORDER BY expires_at LIMIT :limit)
                        """)
                .bind("now", now)
                .bind("limit", limit)
                .execute();
    }

    Optional<Account> account(Tx tx, ProvenIdentity identity) {
        return tx.query(
                        """
                        SELECT account.* FROM provider_identity
                        JOIN account ON account.id = provider_identity.account_id
                        WHERE issuer = :issuer AND subject = :subject
                        """)
                .bind("issuer", identity.issuer())
                .bind("subject", identity.subject())
                .map(AccountStore::account)
                .findOne();
    }

    /** False if the identity or the account is linked already. */
    boolean link(Tx tx, ProvenIdentity identity, String accountId) {
        return tx.update(
                                """
                                INSERT INTO provider_identity (issuer, subject, account_id)
                                VALUES (:issuer, :subject, :account) ON CONFLICT DO NOTHING
                                """)
                        .bind("issuer", identity.issuer())
                        .bind("subject", identity.subject())
                        .bind("account", accountId)
                        .execute()
                == 1;
    }

    boolean linked(Tx tx, String issuer, String accountId) {
        return tx.query(
                        """
                        SELECT subject FROM provider_identity
                        WHERE issuer = :issuer AND account_id = :account
                        """)
                .bind("issuer", issuer)
                .bind("account", accountId)
                .mapTo(String.class)
                .findOne()
                .isPresent();
    }

    boolean unlink(Tx tx, String issuer, String accountId) {
        return tx.update(
                                """
                                DELETE FROM provider_identity
                                WHERE issuer = :issuer AND account_id = :account
                                """)
                        .bind("issuer", issuer)
                        .bind("account", accountId)
                        .execute()
                == 1;
    }

    /** Whether there was any. */
    boolean deleteAll(Tx tx, String accountId) {
        return tx.update("DELETE FROM provider_identity WHERE account_id = :account")
                        .bind("account", accountId)
                        .execute()
                > 0;
    }
}
