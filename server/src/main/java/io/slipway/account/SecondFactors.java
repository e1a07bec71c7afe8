package io.slipway.account;

import io.slipway.account.credentials.RecoveryCode;
import io.slipway.account.credentials.TimeCode;
import io.slipway.http.Problem;
import io.slipway.keys.MasterKey;
import io.slipway.sql.Database;
import io.slipway.sql.Plane;
import io.slipway.sql.Tx;
import io.slipway.work.Throttles;
import java.time.InstantSource;
import java.util.List;
import java.util.OptionalLong;

/**
 * The second factor of accounts that want one: a code from an app, in addition to the password.
 * Thread-safe.
 */
final class SecondFactors {

    /**
     * Wrong codes per hour and account, from all addresses: whoever tries them knows the password,
     * and six digits are few. Nobody else can lock the account by this.
     */
    static final int WRONG_CODES = 20;

    private final Database database;
    private final InstantSource clock;
    private final MasterKey master;
    private final Throttles throttles;
    private final Audit audit;
    private final Reauthentication reauthentication;
    private final AccountStore accounts = new AccountStore();
    private final SecondFactorStore store = new SecondFactorStore();

    /** Whether one is in force, and how many recovery codes are left. */
    record FactorState(boolean on, int recoveryCodes) {}

    SecondFactors(
            Database database,
            InstantSource clock,
            MasterKey master,
            Throttles throttles,
            Audit audit,
            Reauthentication reauthentication) {
        this.database = database;
        this.clock = clock;
        this.master = master;
        this.throttles = throttles;
        this.audit = audit;
        this.reauthentication = reauthentication;
    }

    FactorState state(Caller caller) {
        String id = caller.accountId();
        return database.read(
                Plane.CONSOLE,
                tx ->
                        new FactorState(
                                accounts.find(tx, id).map(Account::secondFactor).orElse(false),
                                store.recoveryLeft(tx, id)));
    }

    /**
     * Makes a secret, which is in force once {@link #confirm} has got a code of it.
     *
     * @return the secret
     * @throws Problem 400 for a wrong password, 409 if there is a second factor, 429
     */
    byte[] begin(SignIn by, String password) {
        String id = by.caller().accountId();
        reauthentication.require(by.caller(), "password", password);
        byte[] secret = TimeCode.newSecret();
        database.run(
                Plane.CONSOLE,
                tx -> {
                    accounts.lock(tx, id);
                    requireNone(tx, id);
                    store.put(tx, master, id, secret);
                });
        return secret;
    }

    /**
     * @return the recovery codes, which are stored nowhere
     * @throws Problem 400 for a wrong code, 404 if it was not begun, 409 if it is in force, 429
     */
    List<String> confirm(SignIn by, String code) {
        Caller caller = by.caller();
        String id = caller.accountId();
        var limit = limit(id);
        List<String> recovery = RecoveryCode.make();
        boolean right =
                throttles.limited(
                        List.of(limit),
                        () -> {
                            boolean used =
                                    database.write(
                                            Plane.CONSOLE,
                                            tx -> confirm(tx, caller, code, recovery));
                            if (!used) {
                                throttles.failed(limit.key(), Throttles.HOUR);
                            }
                            return used;
                        });
        if (!right) {
            throw wrong();
        }
        return recovery;
    }

    private boolean confirm(Tx tx, Caller caller, String code, List<String> recovery) {
        String id = caller.accountId();
        accounts.lock(tx, id);
        requireNone(tx, id);
        var factor = store.find(tx, master, id);
        if (factor.isEmpty()) {
            throw Problem.notFound("还没有开始设置两步验证", "No second factor is being set up");
        }
        if (!useTimeCode(tx, id, code)) {
            return false;
        }
        store.enable(tx, id, recovery.stream().map(each -> RecoveryCode.hash(id, each)).toList());
        audit.record(tx, caller, "second-factor.enable", id, caller.username());
        return true;
    }

    /**
     * @throws Problem 400 for a wrong password, 404 if there is none, 429
     */
    void remove(SignIn by, String password) {
        Caller caller = by.caller();
        reauthentication.require(caller, "password", password);
        database.run(
                Plane.CONSOLE, tx -> remove(tx, caller, caller.accountId(), caller.username()));
    }

    /**
     * Of another user, for an administrator.
     *
     * @throws Problem 404 if there is no such user, or no second factor
     */
    void remove(Caller admin, String accountId) {
        database.run(
                Plane.CONSOLE,
                tx -> {
                    Account account =
                            accounts.find(tx, accountId)
                                    .orElseThrow(() -> Problem.notFound("用户不存在", "No such user"));
                    remove(tx, admin, accountId, account.username());
                });
    }

    private void remove(Tx tx, Caller caller, String accountId, String username) {
        accounts.lock(tx, accountId);
        if (!store.delete(tx, accountId)) {
            throw Problem.notFound("没有开启两步验证", "There is no second factor");
        }
        audit.record(tx, caller, "second-factor.remove", accountId, username);
    }

    /**
     * The limit for wrong codes of an account, to be counted by the caller as {@link #use} says.
     */
    static Throttles.Limit limit(String accountId) {
        return new Throttles.Limit("second-factor:" + accountId, WRONG_CODES);
    }

    /** Whether a code from the app, or a recovery code, is right; it counts once. */
    boolean use(Account account, String code) {
        return database.write(
                Plane.CONSOLE,
                tx -> {
                    accounts.lock(tx, account.id());
                    if (TimeCode.looksLike(code)) {
                        return useTimeCode(tx, account.id(), code);
                    }
                    String hash = RecoveryCode.hash(account.id(), code);
                    return store.useRecovery(tx, account.id(), hash);
                });
    }

    private boolean useTimeCode(Tx tx, String id, String code) {
        var factor = store.find(tx, master, id);
        if (factor.isEmpty()) {
            return false;
        }
        OptionalLong step =
                TimeCode.step(factor.get().secret(), code, clock.millis(), factor.get().lastStep());
        return step.isPresent() && store.use(tx, id, step.getAsLong());
    }

    static Problem wrong() {
        return Problem.field("totp", "不对、已过期或已用过", "is wrong, expired or was already used");
    }

    private void requireNone(Tx tx, String id) {
        if (accounts.find(tx, id).map(Account::secondFactor).orElse(false)) {
            throw new Problem(409, "两步验证已经开启", "There already is a second factor");
        }
    }
}
