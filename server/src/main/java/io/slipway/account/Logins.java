package io.slipway.account;

import io.slipway.account.credentials.Passwords;
import io.slipway.account.credentials.Tokens;
import io.slipway.account.credentials.Usernames;
import io.slipway.http.Problem;
import io.slipway.sql.Chunks;
import io.slipway.sql.Database;
import io.slipway.sql.Plane;
import io.slipway.sql.Tx;
import io.slipway.work.Origin;
import io.slipway.work.Throttles;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Exchanges passwords for tokens. Thread-safe. */
final class Logins {

    /** How long a login lasts, in seconds: what clients of console-api row 3 expect. */
    static final long LIFE_SECONDS = 43_200;

    // By account and address together, so that nobody can lock another out (decisions D8).
    static final int PER_ACCOUNT_AND_ADDRESS = 10;
    static final int PER_ADDRESS = 100;

    /** A new login; the token is stored nowhere. */
    record Login(Account account, String token) {}

    private final Database database;
    private final InstantSource clock;
    private final Accounts accounts;
    private final Throttles throttles;
    private final Audit audit;
    private final Passwords passwords;
    private final Reauthentication reauthentication;
    private final SecondFactors factors;
    private final AccountStore store = new AccountStore();
    private final LoginStore logins = new LoginStore();

    Logins(
            Database database,
            InstantSource clock,
            Accounts accounts,
            Throttles throttles,
            Audit audit,
            Passwords passwords,
            Reauthentication reauthentication,
            SecondFactors factors) {
        this.database = database;
        this.clock = clock;
        this.accounts = accounts;
        this.throttles = throttles;
        this.audit = audit;
        this.passwords = passwords;
        this.reauthentication = reauthentication;
        this.factors = factors;
    }

    /**
     * Who logs in, and how they prove it.
     *
     * @param totp of the second factor, or a recovery code; {@code ""} for none
     */
    record Credentials(
            String username, String password, String captchaId, String captcha, String totp) {

        @Override
        public String toString() {
            return "Credentials";
        }
    }

    /**
     * @throws Problem 401 for a wrong name or password, 400 for a wrong code of the second factor,
     *     403 for a wrong captcha, a disabled account or a missing code, 429
     */
    Login login(Credentials given, Origin origin) {
        String key = Usernames.key(given.username());
        String password = given.password();
        // Hashed, because people type their password into the wrong field.
        var pair = limit("login:" + Tokens.hash(key), origin);
        var limits = new ArrayList<>(origin.limits("login", PER_ADDRESS));
        limits.addFirst(pair);
        return throttles.limited(
                limits,
                () -> {
                    accounts.requireCaptcha(given.captchaId(), given.captcha());
                    var secret = verified(key, password);
                    if (secret.isEmpty()) {
                        limits.forEach(limit -> throttles.failed(limit.key(), Throttles.HOUR));
                        throw new Problem(401, "用户名或密码错误", "Wrong username or password");
                    }
                    if (secret.get().account().secondFactor()) {
                        requireSecondFactor(secret.get().account(), given, origin, limits);
                    }
                    throttles.clear(pair.key());
                    return start(secret.get(), password, origin);
                });
    }

    private void requireSecondFactor(
            Account account, Credentials given, Origin origin, List<Throttles.Limit> limits) {
        if (given.totp().isBlank()) {
            // So that nobody has to solve a second one to enter the code.
            accounts.returnCaptcha(given.captchaId(), given.captcha(), origin);
            throw totpRequired();
        }
        var own = SecondFactors.limit(account.id());
        throttles.limited(
                List.of(own),
                () -> {
                    if (!factors.use(account, given.totp())) {
                        throttles.failed(own.key(), Throttles.HOUR);
                        limits.forEach(limit -> throttles.failed(limit.key(), Throttles.HOUR));
                        throw SecondFactors.wrong();
                    }
                    return true;
                });
    }

    private static Problem totpRequired() {
        return new Problem(
                403,
                "这个账号开启了两步验证：还需要验证码（totp）",
                "This account has a second factor: the login also needs its code (totp)",
                Map.of("totpRequired", true));
    }

    private Optional<AccountStore.Secret> verified(String key, String password) {
        var secret = database.read(Plane.CONSOLE, tx -> store.byKey(tx, key));
        if (secret.isEmpty()) {
            passwords.pretend(password);
            return Optional.empty();
        }
        return secret.filter(found -> passwords.matches(password, found.password()));
    }

    /** Logs in somebody who has just registered, whom nothing else is asked. */
    Login begin(Account account, Origin origin) {
        return database.write(Plane.CONSOLE, tx -> begin(tx, account, origin, ""));
    }

    private Login start(AccountStore.Secret secret, String password, Origin origin) {
        Account account = secret.account();
        @Nullable String fresh =
                passwords.outdated(secret.password()) ? passwords.hash(password) : null;
        return database.write(
                Plane.CONSOLE,
                tx -> {
                    store.lock(tx, account.id());
                    // Verifying takes a while: the password may have been changed meanwhile.
                    var current = store.secret(tx, account.id()).orElseThrow();
                    if (!current.password().equals(secret.password())) {
                        throw new Problem(401, "用户名或密码错误", "Wrong username or password");
                    }
                    if (current.account().disabled()) {
                        throw new Problem(403, "账号已停用", "The account is disabled");
                    }
                    if (current.account().secondFactor() && !account.secondFactor()) {
                        throw totpRequired();
                    }
                    if (fresh != null) {
                        store.setPassword(tx, account.id(), fresh, clock.millis());
                    }
                    return begin(tx, account, origin, "");
                });
    }

    /**
     * In the caller's transaction, which has locked the account and knows that it is active.
     *
     * @param how for the audit; {@code ""} by password
     */
    Login begin(Tx tx, Account account, Origin origin, String how) {
        String token = Tokens.make(Tokens.LOGIN);
        long now = clock.millis();
        logins.insert(tx, Tokens.hash(token), account.id(), now, now + LIFE_SECONDS * 1000);
        audit.record(tx, Accounts.caller(account, origin), "user.login", account.id(), how);
        return new Login(account, token);
    }

    /** Ends this login. */
    void logout(SignIn by) {
        database.run(Plane.CONSOLE, tx -> logins.delete(tx, by.id()));
    }

    /**
     * @param endOthers whether all other logins and all API keys of the account end
     * @throws Problem 400 when the old password is wrong or the new one invalid, 429
     */
    EndedAccess changePassword(
            SignIn by, String oldPassword, @Nullable String newPassword, boolean endOthers) {
        Caller caller = by.caller();
        String wanted = passwords.checked("newPassword", newPassword, caller.username());
        String id = caller.accountId();
        String before = reauthentication.require(caller, "oldPassword", oldPassword);
        String hash = passwords.hash(wanted);
        return database.write(
                Plane.CONSOLE,
                tx -> {
                    store.lock(tx, id);
                    if (!store.secret(tx, id).orElseThrow().password().equals(before)) {
                        throw new Problem(409, "密码刚刚已被修改", "The password has just been changed");
                    }
                    long now = clock.millis();
                    store.setPassword(tx, id, hash, now);
                    var ended =
                            endOthers ? EndedAccess.of(tx, id, by.id(), now) : EndedAccess.NOTHING;
                    audit.record(tx, caller, "user.password", id, ended.words());
                    return ended;
                });
    }

    // Where many people share one address, one of them must not be able to lock the others out of
    // an account too soon.
    static Throttles.Limit limit(String account, Origin origin) {
        return origin.network().isEmpty()
                ? new Throttles.Limit(account + ":shared", PER_ADDRESS)
                : new Throttles.Limit(account + ":" + origin.network(), PER_ACCOUNT_AND_ADDRESS);
    }

    void clean() {
        long now = clock.millis();
        Chunks.delete(database, (tx, limit) -> logins.deleteExpired(tx, now, limit));
    }
}
