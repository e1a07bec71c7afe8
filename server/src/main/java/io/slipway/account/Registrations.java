package io.slipway.account;

import io.slipway.account.credentials.Passwords;
import io.slipway.account.credentials.SetupCode;
import io.slipway.account.credentials.Usernames;
import io.slipway.http.Problem;
import io.slipway.sql.Database;
import io.slipway.sql.Ids;
import io.slipway.sql.Plane;
import io.slipway.sql.Tx;
import io.slipway.work.Origin;
import io.slipway.work.Throttles;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Self-registration of accounts; the first one ever becomes administrator. Thread-safe. */
final class Registrations {

    /**
     * A request to register.
     *
     * @param setupCode {@code ""} if none was given
     */
    record RegistrationRequest(
            String username,
            @Nullable String password,
            String captchaId,
            String captcha,
            String setupCode,
            Origin origin) {}

    /** Wrong setup codes per hour and address. */
    static final int WRONG_CODES = 10;

    private final Database database;
    private final Ids ids;
    private final InstantSource clock;
    private final Supplier<AccountConfig> config;
    private final Accounts accounts;
    private final Throttles throttles;
    private final Audit audit;
    private final Passwords passwords;
    private final SetupCode setup;
    private final AccountStore store = new AccountStore();

    Registrations(
            Database database,
            Ids ids,
            InstantSource clock,
            Supplier<AccountConfig> config,
            Accounts accounts,
            Throttles throttles,
            Audit audit,
            Passwords passwords,
            SetupCode setup) {
        this.database = database;
        this.ids = ids;
        this.clock = clock;
        this.config = config;
        this.accounts = accounts;
        this.throttles = throttles;
        this.audit = audit;
        this.passwords = passwords;
        this.setup = setup;
    }

    /**
     * @throws Problem 400 for an invalid name, password or captcha, 403 when registration is closed
     *     or the setup code is missing or wrong, 409 when the name is taken, 429
     */
    Account register(RegistrationRequest request) {
        String name = Usernames.checked(request.username());
        throttle(request.origin());
        // Before the password, which costs more to check.
        boolean first = unclaimed();
        if (first) {
            requireSetupCode(request);
        } else {
            requireOpen();
        }
        String password = passwords.checked("password", request.password(), name);
        if (!accounts.solved(request.captchaId(), request.captcha())) {
            throw Problem.field("captcha", "验证码错误", "is wrong");
        }
        // Hashing costs more than this, and is in vain if the name is taken.
        database.read(
                Plane.CONSOLE,
                tx -> {
                    if (!store.free(tx, name)) {
                        throw store.taken(tx, name);
                    }
                    return true;
                });
        String hash = passwords.hash(password);
        return database.write(Plane.CONSOLE, tx -> insert(tx, request, first, name, hash));
    }

    /** Whether nobody has registered yet. */
    boolean unclaimed() {
        return database.read(Plane.CONSOLE, store::empty);
    }

    private void throttle(Origin origin) {
        var limits =
                new ArrayList<>(origin.limits("register", config.get().registrationsPerHour()));
        limits.add(new Throttles.Limit("register:all", config.get().registrationsInAll()));
        throttles.acquire(limits, Throttles.HOUR);
    }

    private Account insert(
            Tx tx, RegistrationRequest request, boolean first, String name, String hash) {
        long now = clock.millis();
        if (first) {
            var founder = new Account(ids.hex(), name, true, true, false, false, now);
            if (store.insert(tx, founder, hash, true)) {
                audit(tx, request, founder, "first account, administrator");
                return founder;
            }
            // Another registration was first at the same moment, so this is an ordinary one.
            requireOpen();
        }
        var account = new Account(ids.hex(), name, false, false, false, false, now);
        if (!store.insert(tx, account, hash, false)) {
            throw store.taken(tx, name);
        }
        audit(tx, request, account, "registered");
        return account;
    }

    // A code that was not sent is no guess.
    private void requireSetupCode(RegistrationRequest request) {
        if (request.setupCode().isBlank()) {
            throw setupCodeRequired(
                    "首个账号需要安装码（setupCode），在服务器启动时打印的链接里",
                    "The first account needs the setupCode, which is in the link that the server"
                            + " printed at its start");
        }
        var limits = request.origin().limits("setup-code", WRONG_CODES);
        throttles.limited(
                limits,
                () -> {
                    if (!setup.matches(request.setupCode())) {
                        limits.forEach(limit -> throttles.failed(limit.key(), Throttles.HOUR));
                        throw setupCodeRequired(
                                "安装码错误：它在服务器最近一次启动时打印的链接里",
                                "Wrong setup code: it is in the link that the server printed at its"
                                        + " last start");
                    }
                    return true;
                });
    }

    private static Problem setupCodeRequired(String zh, String en) {
        return new Problem(403, zh, en, Map.of("setupCodeRequired", true));
    }

    private void requireOpen() {
        if (!config.get().openRegistration()) {
            throw new Problem(403, "注册已关闭，请联系管理员", "Registration is closed: ask an administrator");
        }
    }

    private void audit(Tx tx, RegistrationRequest request, Account account, String detail) {
        Caller caller = Accounts.caller(account, request.origin());
        audit.record(tx, caller, "user.register", account.id(), detail);
    }
}
