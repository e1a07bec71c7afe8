package io.slipway.account;

import io.slipway.account.captcha.CaptchaAnswers;
import io.slipway.account.credentials.Cookie;
import io.slipway.account.credentials.Tokens;
import io.slipway.account.credentials.Usernames;
import io.slipway.base.Zones;
import io.slipway.http.Problem;
import io.slipway.http.Request;
import io.slipway.http.RouteScope;
import io.slipway.sql.Database;
import io.slipway.sql.Plane;
import io.slipway.sql.Tx;
import io.slipway.work.Listeners;
import io.slipway.work.Origin;
import io.slipway.work.Origins;
import java.time.InstantSource;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Authenticates callers. Thread-safe; calls block. */
public final class Accounts {

    private final Database database;
    private final Origins origins;
    private final Listeners<Removal> removals = new Listeners<>("an account was deleted");
    private final InstantSource clock;
    private final AccountStore store = new AccountStore();
    private final LoginStore logins = new LoginStore();
    private final ApiKeyStore keys = new ApiKeyStore();
    private final KeyUses uses;
    private final Supplier<@Nullable CaptchaAnswers> captchas;
    private final Listeners<BiConsumer<Tx, String>> zoneChanged =
            new Listeners<>("an account has another time zone");

    /**
     * @param captchas that registration and login need at the moment; null for none
     */
    public Accounts(
            Database database, InstantSource clock, Supplier<@Nullable CaptchaAnswers> captchas) {
        this(database, clock, captchas, new Origins(clock));
    }

    Accounts(
            Database database,
            InstantSource clock,
            Supplier<@Nullable CaptchaAnswers> captchas,
            Origins origins) {
        this.origins = origins;
        this.database = database;
        this.clock = clock;
        this.uses = new KeyUses(database, clock);
        this.captchas = captchas;
    }

    /**
     * Authenticates a request: by a Bearer token, which is a login's token or an API key, otherwise
     * by the web UI's cookie. Read from the database each time, so that disabling an account or
     * revoking a key takes effect at once on all nodes.
     *
     * @throws Problem 401 when the token is missing, unknown or expired or its account is disabled;
     *     403 when a cookie comes with a request that another site may have made, and when an API
     *     key's scope does not include the route's
     */
    public Caller authenticate(Request request) {
        return signIn(request).caller();
    }

    /** Registers what handles part of a deleted account's data. */
    public void whenDeleted(Removal removal) {
        removals.add(removal);
    }

    KeyUses keyUses() {
        return uses;
    }

    Listeners<Removal> removals() {
        return removals;
    }

    /** How client addresses are grouped for limits. */
    public Origins origins() {
        return origins;
    }

    /** The account of this name, ignoring case. */
    public Optional<Account> named(Tx tx, String username) {
        return store.byKey(tx, Usernames.key(username)).map(AccountStore.Secret::account);
    }

    /**
     * Like {@link #authenticate}, for administrators only.
     *
     * @throws Problem like {@link #authenticate}, and 403 for everyone else
     */
    public Caller administrator(Request request) {
        return signIn(request).byAdmin().caller();
    }

    SignIn signIn(Request request) {
        String bearer = request.bearer();
        String token = bearer == null ? Cookie.token(request) : bearer;
        Origin origin = origins.of(request.peer());
        return Optional.ofNullable(token)
                .flatMap(given -> find(given, origin, request.scope()))
                .orElseThrow(() -> new Problem(401, "未登录", "Not logged in"));
    }

    private Optional<SignIn> find(String token, Origin origin, RouteScope needed) {
        if (Tokens.isKind(Tokens.LOGIN, token)) {
            String hash = Tokens.hash(token);
            return database.read(Plane.CONSOLE, tx -> logins.account(tx, hash, clock.millis()))
                    .map(account -> new SignIn(caller(account, origin), hash));
        }
        if (!Tokens.isKind(Tokens.KEY, token)) {
            return Optional.empty();
        }
        String hash = Tokens.hash(token);
        var owned = database.read(Plane.CONSOLE, tx -> keys.owner(tx, hash));
        owned.ifPresent(found -> {
            uses.used(found.key().id(), origin.address());
            found.key().scope().require(needed);
        });
        return owned.map(found -> new SignIn(caller(found.account(), origin), found.key().id()));
    }

    /**
     * Checks and consumes a captcha; does nothing if captchas are off.
     *
     * @param captchaId the uuid it was drawn for
     * @param answer what the person reads on it
     * @throws Problem 403 when it is wrong, used or expired
     */
    public void requireCaptcha(String captchaId, String answer) {
        if (!solved(captchaId, answer)) {
            throw new Problem(403, "验证码错误", "Wrong captcha", Map.of("captchaRequired", true));
        }
    }

    /** Makes a captcha valid again that has just been solved and consumed. */
    void returnCaptcha(String captchaId, String answer, Origin origin) {
        CaptchaAnswers answers = captchas.get();
        if (answers != null) {
            answers.restore(captchaId, answer, origin);
        }
    }

    /** True as well if captchas are off. */
    boolean solved(String captchaId, String captcha) {
        CaptchaAnswers answers = captchas.get();
        return answers == null || answers.solved(captchaId, captcha);
    }

    /**
     * Locks the account until the transaction ends; for limits on how many of something an account
     * may have.
     */
    public void lock(Tx tx, String accountId) {
        store.lock(tx, accountId);
    }

    /** Whether the account exists and is not disabled; decides what its devices may do. */
    public boolean active(Tx tx, String accountId) {
        return store.find(tx, accountId).map(account -> !account.disabled()).orElse(false);
    }

    /** The name of an account's time zone; {@code ""} for the server's. */
    public String zone(Tx tx, String accountId) {
        return store.zone(tx, accountId);
    }

    /** The id of an account's time zone, see {@link Zones}. */
    public int zone(String accountId) {
        return Zones.number(database.read(Plane.CONSOLE, tx -> zone(tx, accountId)));
    }

    /** Sets it; false if it was already set to that. */
    boolean setZone(Tx tx, String accountId, String name) {
        if (!store.setZone(tx, accountId, name)) {
            return false;
        }
        zoneChanged.tellOrThrow(listener -> listener.accept(tx, accountId));
        return true;
    }

    /**
     * Registers a listener that is called, in the same transaction, when an account's time zone
     * changes.
     */
    public void whenZoneChanged(BiConsumer<Tx, String> listener) {
        zoneChanged.add(listener);
    }

    /** An account by id, including disabled ones. */
    public Optional<Account> find(Tx tx, @Nullable String accountId) {
        return accountId == null ? Optional.empty() : store.find(tx, accountId);
    }

    /** Those of these accounts that belong to an administrator or are trusted by one. */
    public Set<String> vouched(Tx tx, Collection<String> accountIds) {
        return store.vouched(tx, accountIds);
    }

    static Caller caller(Account account, Origin origin) {
        return new Caller(
                account.id(), account.username(), account.admin(), account.trusted(), origin);
    }
}
