package io.slipway.account;

import io.slipway.keys.MasterKey;
import io.slipway.sql.Tx;
import java.util.Collection;
import java.util.Optional;

final class SecondFactorStore {

    private static final String PURPOSE = "second factor of account ";

    /** A secret, and the newest step of it whose code was used. */
    record StoredFactor(byte[] secret, long lastStep) {}

    /** One that is not in force yet; it replaces an older such one. */
    void put(Tx tx, MasterKey master, String accountId, byte[] secret) {
        tx.update(
                        """
                        INSERT INTO second_factor (account_id, secret, last_step)
                        VALUES (:account, :secret, 0)
                        ON CONFLICT (account_id) DO UPDATE SET
                          secret = excluded.secret, last_step = 0
                        """)
                .bind("account", accountId)
                .bind("secret", master.seal(PURPOSE + accountId, secret))
                .execute();
    }

    Optional<StoredFactor> find(Tx tx, MasterKey master, String accountId) {
        return tx.query("SELECT secret, last_step FROM second_factor WHERE account_id = :account")
                .bind("account", accountId)
                .map((row, context) ->
                        new StoredFactor(
                                master.open(PURPOSE + accountId, row.getString("secret")),
                                row.getLong("last_step")))
                .findOne();
    }

    /** False if this step or a later one was used meanwhile. */
    boolean use(Tx tx, String accountId, long step) {
        return tx.update(
                                """
                                UPDATE second_factor SET last_step = :step
                                WHERE account_id = :account AND last_step < :step
                                """)
                        .bind("account", accountId)
                        .bind("step", step)
                        .execute()
                == 1;
    }

    /** False if there is no such code, or it was used. */
    boolean useRecovery(Tx tx, String accountId, String hash) {
        return tx.update(
                                """
                                DELETE FROM recovery_code
                                WHERE account_id = :account AND hash = :hash
                                """)
                        .bind("account", accountId)
                        .bind("hash", hash)
                        .execute()
                == 1;
    }

    void enable(Tx tx, String accountId, Collection<String> recoveryHashes) {
        deleteRecovery(tx, accountId);
        tx.batch(
                "INSERT INTO recovery_code (account_id, hash) VALUES (?, ?)",
                recoveryHashes,
                (bind, hash) -> {
                    bind.setString(1, accountId);
                    bind.setString(2, hash);
                });
        flag(tx, accountId, 1);
    }

    /** Whether it was in force. */
    boolean delete(Tx tx, String accountId) {
        deleteRecovery(tx, accountId);
        tx.update("DELETE FROM second_factor WHERE account_id = :account")
                .bind("account", accountId)
                .execute();
        return flag(tx, accountId, 0);
    }

    int recoveryLeft(Tx tx, String accountId) {
        return tx.query("SELECT count(*) FROM recovery_code WHERE account_id = :account")
                .bind("account", accountId)
                .mapTo(Integer.class)
                .one();
    }

    private static void deleteRecovery(Tx tx, String accountId) {
        tx.update("DELETE FROM recovery_code WHERE account_id = :account")
                .bind("account", accountId)
                .execute();
    }

    private static boolean flag(Tx tx, String accountId, int on) {
        return tx.update(
                                """
                                UPDATE account SET second_factor = :on
                                WHERE id = :account AND second_factor <> :on
                                """)
                        .bind("account", accountId)
                        .bind("on", on)
                        .execute()
                == 1;
    }
}
