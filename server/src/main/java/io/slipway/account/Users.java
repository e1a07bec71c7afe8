package io.slipway.account;

import io.slipway.account.credentials.Passwords;
import io.slipway.account.credentials.Usernames;
import io.slipway.http.Problem;
import io.slipway.sql.Chunks;
import io.slipway.sql.Database;
import io.slipway.sql.Ids;
import io.slipway.sql.Plane;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What an administrator does with accounts. Thread-safe. */
final class Users {

    private final Database database;
    private final Ids ids;
    private final InstantSource clock;
    private final Audit audit;
    private final Passwords passwords;
    private final Accounts accounts;
    private final AccountStore store = new AccountStore();
    private final LoginStore logins = new LoginStore();
    private final SecondFactorStore factors = new SecondFactorStore();
    private final ProviderStore links = new ProviderStore();

    /** What a reset has done besides. */
    record PasswordReset(
            EndedAccess ended, boolean providerLinkRemoved, boolean secondFactorRemoved) {}

    Users(
            Database database,
            Ids ids,
            InstantSource clock,
            Accounts accounts,
            Audit audit,
            Passwords passwords) {
        this.accounts = accounts;
        this.database = database;
        this.ids = ids;
        this.clock = clock;
        this.audit = audit;
        this.passwords = passwords;
    }

    Account require(String id) {
        return database.read(Plane.CONSOLE, tx -> store.find(tx, id)).orElseThrow(Users::notFound);
    }

    /**
     * Ordered by name, one row more than the page's limit if there are more.
     *
     * @param after the name that the page comes after; {@code ""} for the first page
     */
    List<Account> list(String prefix, String after, int limit) {
        return database.read(
                Plane.CONSOLE,
                tx -> store.list(tx, Usernames.key(prefix), Usernames.key(after), limit + 1));
    }

    /** What would be deleted with an account, by name; 404. */
    Map<String, Long> holdings(String id) {
        return database.read(
                Plane.CONSOLE,
                tx -> {
                    if (store.find(tx, id).isEmpty()) {
                        throw notFound();
                    }
                    var all = new LinkedHashMap<String, Long>();
                    accounts.removals().tellOrThrow(removal -> all.putAll(removal.holds(tx, id)));
                    return all;
                });
    }

    /**
     * Deletes an account with all its data. Its user is locked out at once; a failure on the way
     * leaves it disabled, and deleting it again finishes the rest.
     *
     * @throws Problem 404, or 409 for the caller's own and the last active administrator
     */
    void delete(Caller caller, String id) {
        if (id.equals(caller.accountId())) {
            throw new Problem(409, "不能删除自己的账号", "You can't delete your own account");
        }
        Account removed = require(id);
        change(caller, id, true, null, null);
        var as = new Caller(id, removed.username(), false, false, caller.origin());
        accounts.removals().tellOrThrow(removal -> removal.remove(as));
        database.run(
                Plane.CONSOLE,
                tx -> {
                    logins.deleteOthers(tx, id, "", clock.millis());
                    store.delete(tx, id);
                    audit.record(tx, caller, "user.delete", id, removed.username());
                });
    }

    /** The name of the caller's own time zone; {@code ""} for the server's. */
    String zone(Caller caller) {
        return database.read(Plane.CONSOLE, tx -> accounts.zone(tx, caller.accountId()));
    }

    /** Sets it; devices without their own time zone follow. */
    void setZone(Caller caller, String name) {
        database.run(
                Plane.CONSOLE,
                tx -> {
                    if (accounts.setZone(tx, caller.accountId(), name)) {
                        String detail = "timeZone=" + name;
                        audit.record(tx, caller, "user.update", caller.accountId(), detail);
                    }
                });
    }

    /**
     * @throws Problem 400 or 409
     */
    Account create(
            Caller caller,
            String username,
            @Nullable String password,
            boolean admin,
            boolean trusted) {
        String name = Usernames.checked(username);
        String hash = passwords.hash(passwords.checked("password", password, name));
        var account = new Account(ids.hex(), name, admin, trusted, false, false, clock.millis());
        database.run(
                Plane.CONSOLE,
                tx -> {
                    if (!store.insert(tx, account, hash, false)) {
                        throw store.taken(tx, name);
                    }
                    String detail = name + roles(account);
                    audit.record(tx, caller, "user.create", account.id(), detail);
                });
        return account;
    }

    /**
     * Null leaves a role as it is. Disabling ends the account's logins at once.
     *
     * @throws Problem 404, or 409 for the last active administrator
     */
    Account change(
            Caller caller,
            String id,
            @Nullable Boolean disabled,
            @Nullable Boolean admin,
            @Nullable Boolean trusted) {
        return database.write(
                Plane.CONSOLE,
                tx -> {
                    store.lockRoles(tx);
                    Account before = store.find(tx, id).orElseThrow(Users::notFound);
                    var after =
                            new Account(
                                    id,
                                    before.username(),
                                    admin == null ? before.admin() : admin,
                                    trusted == null ? before.trusted() : trusted,
                                    disabled == null ? before.disabled() : disabled,
                                    before.secondFactor(),
                                    before.createdAt());
                    boolean stays = after.admin() && !after.disabled();
                    if (!stays && !store.otherActiveAdmin(tx, id)) {
                        throw new Problem(
                                409,
                                "不能停用或降级最后一位管理员",
                                "The last active administrator can't be disabled or demoted");
                    }
                    store.setRoles(tx, after, clock.millis());
                    if (after.disabled()) {
                        logins.deleteOthers(tx, id, "", clock.millis());
                    }
                    String detail = after.username() + roles(after);
                    audit.record(tx, caller, "user.update", id, detail);
                    return after;
                });
    }

    /**
     * Ends all logins and API keys of the account, and its links to sign-in providers: whoever
     * resets a password does not know who has used the old one.
     *
     * @param alsoSecondFactor whether to remove that, too
     * @throws Problem 400 or 404
     */
    PasswordReset resetPassword(
            Caller caller, String id, @Nullable String password, boolean alsoSecondFactor) {
        Account account = require(id);
        String wanted = passwords.checked("password", password, account.username());
        String hash = passwords.hash(wanted);
        return database.write(
                Plane.CONSOLE,
                tx -> {
                    store.lock(tx, id);
                    long now = clock.millis();
                    store.setPassword(tx, id, hash, now);
                    var ended = EndedAccess.of(tx, id, "", now);
                    String detail = account.username() + ": " + ended.words();
                    audit.record(tx, caller, "user.reset-password", id, detail);
                    boolean unlinked = links.deleteAll(tx, id);
                    if (unlinked) {
                        audit.record(tx, caller, "provider.unlink", id, account.username());
                    }
                    boolean removed = alsoSecondFactor && factors.delete(tx, id);
                    if (removed) {
                        audit.record(tx, caller, "second-factor.remove", id, account.username());
                    }
                    return new PasswordReset(ended, unlinked, removed);
                });
    }

    /** Gives accounts of older versions their skeletons; at the start, before any is created. */
    void addSkeletons() {
        Chunks.delete(
                database,
                (tx, limit) -> {
                    // Another node may be starting, too.
                    store.lockRoles(tx);
                    return store.addSkeletons(tx, limit);
                });
    }

    String idOf(String username) {
        return database.read(Plane.CONSOLE, tx -> store.byKey(tx, Usernames.key(username)))
                .orElseThrow(Users::notFound)
                .account()
                .id();
    }

    private static String roles(Account account) {
        var roles = new ArrayList<String>();
        if (account.admin()) {
            roles.add("administrator");
        }
        if (account.trusted()) {
            roles.add("trusted");
        }
        if (account.disabled()) {
            roles.add("disabled");
        }
        return roles.isEmpty() ? "" : ": " + String.join(", ", roles);
    }

    private static Problem notFound() {
        return Problem.notFound("用户不存在", "No such user");
    }
}
