package io.slipway.account;

import io.slipway.http.Problem;
import io.slipway.http.console.Page;
import io.slipway.sql.Database;
import io.slipway.sql.Ids;
import io.slipway.sql.Plane;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What an administrator does with accounts. Thread-safe. */
final class Users {

    private final Database database;
    private final Ids ids;
    private final InstantSource clock;
    private final Audit audit;
    private final Passwords passwords;
    private final AccountStore store = new AccountStore();
    private final LoginStore logins = new LoginStore();

    Users(Database database, Ids ids, InstantSource clock, Audit audit, Passwords passwords) {
        this.database = database;
        this.ids = ids;
        this.clock = clock;
        this.audit = audit;
        this.passwords = passwords;
    }

    Account require(String id) {
        return database.read(Plane.CONSOLE, tx -> store.find(tx, id)).orElseThrow(Users::notFound);
    }

    /** In the order of names, one row more than the page's limit if there are more. */
    List<Account> list(String prefix, Page page) {
        String cursor = page.cursor();
        return database.read(
                Plane.CONSOLE,
                tx -> {
                    // Names never change and accounts stay, so an id marks a place among names.
                    String after =
                            cursor == null
                                    ? ""
                                    : store.find(tx, cursor)
                                            .map(account -> Names.key(account.username()))
                                            .orElseThrow(
                                                    () -> new Problem(400, "游标无效", "Bad cursor"));
                    return store.list(tx, Names.key(prefix), after, page.limit() + 1);
                });
    }

    /** The name of the caller's own time zone; {@code ""} for the server's. */
    String zone(Caller caller, Accounts accounts) {
        return database.read(Plane.CONSOLE, tx -> accounts.zone(tx, caller.accountId()));
    }

    /** Sets it; the devices that have none of their own follow. */
    void setZone(Caller caller, Accounts accounts, String name) {
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
        String name = Names.checked(username);
        String hash = passwords.hash(Passwords.checked("password", password));
        var account = new Account(ids.hex(), name, admin, trusted, false, clock.millis());
        database.run(
                Plane.CONSOLE,
                tx -> {
                    if (!store.insert(tx, account, Names.key(name), hash, false)) {
                        throw new Problem(409, "用户名已存在", "The username is taken");
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
                        logins.deleteOthers(tx, id, "");
                    }
                    String detail = after.username() + roles(after);
                    audit.record(tx, caller, "user.update", id, detail);
                    return after;
                });
    }

    /**
     * Ends all logins of the account.
     *
     * @throws Problem 400 or 404
     */
    void resetPassword(Caller caller, String id, @Nullable String password) {
        String wanted = Passwords.checked("password", password);
        Account account = require(id);
        String hash = passwords.hash(wanted);
        database.run(
                Plane.CONSOLE,
                tx -> {
                    store.lock(tx, id);
                    store.setPassword(tx, id, hash, clock.millis());
                    logins.deleteOthers(tx, id, "");
                    audit.record(tx, caller, "user.reset-password", id, account.username());
                });
    }

    String idOf(String username) {
        return database.read(Plane.CONSOLE, tx -> store.byKey(tx, Names.key(username)))
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
