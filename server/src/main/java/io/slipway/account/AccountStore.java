package io.slipway.account;

import io.slipway.account.credentials.Passwords;
import io.slipway.account.credentials.Usernames;
import io.slipway.http.Problem;
import io.slipway.sql.Tx;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jdbi.v3.core.statement.StatementContext;

final class AccountStore {

    /** An account and its password hash. */
    record Secret(Account account, String password) {}

    static Account account(ResultSet row, StatementContext context) throws SQLException {
        return new Account(
                row.getString("id"),
                row.getString("username"),
                row.getLong("admin") == 1,
                row.getLong("trusted") == 1,
                row.getLong("disabled") == 1,
                row.getLong("second_factor") == 1,
                row.getLong("created_at"));
    }

    boolean empty(Tx tx) {
        return tx.query("SELECT id FROM account LIMIT 1").mapTo(String.class).findOne().isEmpty();
    }

    /** Whether no account has this name, or one that looks like it. */
    boolean free(Tx tx, String username) {
        return tx.query("SELECT id FROM account WHERE name_key = :key OR skeleton = :skeleton")
                .bind("key", Usernames.key(username))
                .bind("skeleton", Usernames.skeleton(username))
                .mapTo(String.class)
                .findFirst()
                .isEmpty();
    }

    /** The problem with a name that is not free. */
    Problem taken(Tx tx, String username) {
        return byKey(tx, Usernames.key(username)).isPresent()
                ? new Problem(409, "用户名已存在", "The username is taken")
                : new Problem(
                        409,
                        "这个用户名和已有的一个看起来太像，请换一个",
                        "The username looks too much like an existing one: choose another");
    }

    /** False if the name is not free or, for a founder, if there already is one. */
    boolean insert(Tx tx, Account account, String password, boolean founder) {
        return tx.update(
                                """
                                INSERT INTO account (id, username, name_key, skeleton, password, admin,
                                  trusted, disabled, founder, created_at, updated_at)
                                VALUES (:id, :username, :key, :skeleton, :password, :admin,
                                  :trusted, :disabled, :founder, :createdAt, :createdAt)
                                ON CONFLICT DO NOTHING
                                """)
                        .bind("id", account.id())
                        .bind("username", account.username())
                        .bind("key", Usernames.key(account.username()))
                        .bind("skeleton", Usernames.skeleton(account.username()))
                        .bind("password", password)
                        .bind("admin", bit(account.admin()))
                        .bind("trusted", bit(account.trusted()))
                        .bind("disabled", bit(account.disabled()))
                        .bind("founder", bit(founder))
                        .bind("createdAt", account.createdAt())
                        .execute()
                == 1;
    }

    /**
     * Sets the skeletons of up to {@code limit} accounts that were made before there were any,
     * oldest first; returns how many. Of those that look alike, one has it.
     */
    int addSkeletons(Tx tx, int limit) {
        List<Account> without =
                tx.query(
                                """
                                SELECT * FROM account WHERE skeleton IS NULL
                                ORDER BY created_at, id LIMIT :limit
                                """)
                        .bind("limit", limit)
                        .map(AccountStore::account)
                        .list();
        tx.batch(
                """
                UPDATE account SET skeleton = CASE
                    WHEN EXISTS (SELECT 1 FROM account WHERE skeleton = ?)
                    THEN '#' || id ELSE ? END
                WHERE id = ? AND skeleton IS NULL
                """,
                without,
                (bind, account) -> {
                    String skeleton = Usernames.skeleton(account.username());
                    bind.setString(1, skeleton);
                    bind.setString(2, skeleton);
                    bind.setString(3, account.id());
                });
        return without.size();
    }

    Set<String> vouched(Tx tx, Collection<String> ids) {
        return ids.isEmpty()
                ? Set.of()
                : tx.query(
                                """
                                SELECT id FROM account
                                WHERE id IN (<ids>) AND (admin = 1 OR trusted = 1)
                                """)
                        .bindList("ids", List.copyOf(ids))
                        .mapTo(String.class)
                        .set();
    }

    Optional<Account> find(Tx tx, String id) {
        return tx.query("SELECT * FROM account WHERE id = :id")
                .bind("id", id)
                .map(AccountStore::account)
                .findOne();
    }

    Optional<Secret> byKey(Tx tx, String key) {
        return tx.query("SELECT * FROM account WHERE name_key = :key")
                .bind("key", key)
                .map(AccountStore::withSecret)
                .findOne();
    }

    Optional<Secret> secret(Tx tx, String id) {
        return tx.query("SELECT * FROM account WHERE id = :id")
                .bind("id", id)
                .map(AccountStore::withSecret)
                .findOne();
    }

    /** {@code ""} for none, and for an account that does not exist. */
    String zone(Tx tx, String id) {
        return tx.query("SELECT zone FROM account WHERE id = :id")
                .bind("id", id)
                .mapTo(String.class)
                .findFirst()
                .orElse("");
    }

    boolean setZone(Tx tx, String id, String zone) {
        return tx.update("UPDATE account SET zone = :zone WHERE id = :id AND zone <> :zone")
                        .bind("zone", zone)
                        .bind("id", id)
                        .execute()
                == 1;
    }

    void setPassword(Tx tx, String id, String hash, long now) {
        tx.update(
                        """
                        UPDATE account SET password = :hash, updated_at = :now WHERE id = :id
                        """)
                .bind("id", id)
                .bind("hash", hash)
                .bind("now", now)
                .execute();
    }

    /**
     * Serializes changes by administrators, also on PostgreSQL, where two of them could otherwise
     * demote each other at the same moment. The founder's row always exists.
     */
    void lockRoles(Tx tx) {
        tx.update("UPDATE account SET founder = 1 WHERE founder = 1").execute();
    }

    /** Deletes the account with its API keys. */
    void delete(Tx tx, String id) {
        new ApiKeyStore().deleteAll(tx, id);
        new SecondFactorStore().delete(tx, id);
        new ProviderStore().deleteAll(tx, id);
        tx.update("DELETE FROM account WHERE id = :id AND founder = 0").bind("id", id).execute();
        // The founder's row serves as the lock for administrators' changes: it stays, without a
        // usable name or password.
        tx.update(
                        """
                        UPDATE account SET username = id, name_key = id, skeleton = '#' || id, password = :none,
                            admin = 0, trusted = 0, disabled = 1
                        WHERE id = :id
                        """)
                .bind("id", id)
                .bind("none", Passwords.NONE)
                .execute();
    }

    void lock(Tx tx, String id) {
        tx.update("UPDATE account SET updated_at = updated_at WHERE id = :id")
                .bind("id", id)
                .execute();
    }

    boolean otherActiveAdmin(Tx tx, String id) {
        return tx.query(
                        """
                        SELECT id FROM account
                        WHERE admin = 1 AND disabled = 0 AND id <> :id LIMIT 1
                        """)
                .bind("id", id)
                .mapTo(String.class)
                .findOne()
                .isPresent();
    }

    /** The usernames of the first 20 that are not disabled, in alphabetical order. */
    List<String> administrators(Tx tx) {
        return tx.query(
                        """
                        SELECT username FROM account
                        WHERE admin = 1 AND disabled = 0 ORDER BY name_key LIMIT 20
                        """)
                .mapTo(String.class)
                .list();
    }

    void setRoles(Tx tx, Account account, long now) {
        tx.update(
                        """
                        UPDATE account SET admin = :admin, trusted = :trusted,
                          disabled = :disabled, updated_at = :now WHERE id = :id
                        """)
                .bind("id", account.id())
                .bind("admin", bit(account.admin()))
                .bind("trusted", bit(account.trusted()))
                .bind("disabled", bit(account.disabled()))
                .bind("now", now)
                .execute();
    }

    /** Accounts whose key starts with {@code prefix}, in the order of keys, after {@code after}. */
    List<Account> list(Tx tx, String prefix, String after, int limit) {
        return tx.query(
                        """
                        SELECT * FROM account
                        WHERE name_key >= :from AND name_key < :to AND name_key > :after
                        ORDER BY name_key LIMIT :limit
                        """)
                .bind("from", prefix)
                .bind("to", Usernames.afterPrefix(prefix))
                .bind("after", after)
                .bind("limit", limit)
                .map(AccountStore::account)
                .list();
    }

    private static Secret withSecret(ResultSet row, StatementContext context) throws SQLException {
        return new Secret(account(row, context), row.getString("password"));
    }

    private static long bit(boolean value) {
        return value ? 1 : 0;
    }
}
