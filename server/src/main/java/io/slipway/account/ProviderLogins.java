package io.slipway.account;

import io.slipway.account.credentials.Passwords;
import io.slipway.account.credentials.Tokens;
import io.slipway.account.credentials.Usernames;
import io.slipway.account.provider.IdentityProvider;
import io.slipway.account.provider.ProvenIdentity;
import io.slipway.account.provider.ProviderFailure;
import io.slipway.account.provider.SignInAttempt;
import io.slipway.http.Problem;
import io.slipway.sql.Chunks;
import io.slipway.sql.Database;
import io.slipway.sql.Ids;
import io.slipway.sql.Plane;
import io.slipway.sql.Tx;
import io.slipway.work.Origin;
import io.slipway.work.Throttles;
import java.net.URI;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Sign-in by the provider of the settings, and links between its people and accounts. */
final class ProviderLogins {

    private static final Logger LOG = LoggerFactory.getLogger(ProviderLogins.class);

    /** For a person to sign in at the provider. */
    static final Duration LIFE = Duration.ofMinutes(10);

    /** Attempts per hour and address; each costs a request to the provider. */
    static final int PER_ADDRESS = 200;

    /** Names that are tried with small numbers, which people can read. */
    private static final int NUMBERED = 5;

    /** Random digits after a name, 32 bits, beyond those. */
    private static final int SUFFIX = 8;

    private static final int NAME = 40;

    /** How an attempt ended. */
    enum ProviderOutcome {
        SIGNED_IN,
        LINKED,
        /** The browser returns without an attempt of its own, or too late. */
        EXPIRED,
        /** The person or the provider said no, or what came back can't be trusted. */
        FAILED,
        /** Nobody has linked this person to an account. */
        UNKNOWN,
        DISABLED,
        /** The person or the account is already linked. */
        TAKEN
    }

    /**
     * The end of an attempt.
     *
     * @param login null unless signed in
     * @param next the page to open
     */
    record ProviderReturn(ProviderOutcome outcome, Logins.@Nullable Login login, String next) {}

    /** What the browser gets: a token for its cookie, and where to go. */
    record ProviderDeparture(String token, URI provider) {}

    private final Database database;
    private final Ids ids;
    private final InstantSource clock;
    private final @Nullable IdentityProvider provider;
    private final Throttles throttles;
    private final Audit audit;
    private final Logins logins;
    private final Reauthentication reauthentication;
    private final AccountStore accounts = new AccountStore();
    private final ProviderStore store = new ProviderStore();

    /**
     * @param provider null if the settings name none
     */
    ProviderLogins(
            Database database,
            Ids ids,
            InstantSource clock,
            @Nullable IdentityProvider provider,
            Throttles throttles,
            Audit audit,
            Logins logins,
            Reauthentication reauthentication) {
        this.database = database;
        this.ids = ids;
        this.clock = clock;
        this.provider = provider;
        this.throttles = throttles;
        this.audit = audit;
        this.logins = logins;
        this.reauthentication = reauthentication;
    }

    /** On the button; {@code ""} without a provider. */
    String name() {
        return provider == null ? "" : provider.config().name();
    }

    /**
     * A sign-in.
     *
     * @throws Problem 404 without a provider, 429, or 503 if the provider can't be reached
     */
    ProviderDeparture begin(String next, Origin origin) {
        return begin("", next, origin);
    }

    /**
     * A link of the caller's account, by which its new owner could sign in for ever.
     *
     * @throws Problem like the other, and 400 for a wrong password
     */
    ProviderDeparture beginLink(Caller caller, String password) {
        provider();
        reauthentication.require(caller, "password", password);
        return begin(caller.accountId(), "", caller.origin());
    }

    private ProviderDeparture begin(String accountId, String next, Origin origin) {
        IdentityProvider there = provider();
        throttles.acquire(origin.limits("provider", PER_ADDRESS), Throttles.HOUR);
        var secrets = SignInAttempt.random();
        URI away;
        try {
            away = there.authorization(secrets);
        } catch (ProviderFailure e) {
            LOG.warn("the sign-in provider can't be used: {}", e.getMessage());
            throw new Problem(
                    503,
                    "暂时无法用 " + name() + " 登录，请稍后再试",
                    "Signing in by " + name() + " is not possible now: try again later");
        }
        String token = Tokens.make(Tokens.LOGIN);
        long end = clock.millis() + LIFE.toMillis();
        var attempt = new ProviderStore.StoredAttempt(secrets, accountId, next);
        database.run(Plane.CONSOLE, tx -> store.begin(tx, Tokens.hash(token), attempt, end));
        return new ProviderDeparture(token, away);
    }

    /**
     * @param token from the browser's cookie; {@code ""} for none
     * @param code {@code ""} if the provider sent none
     */
    ProviderReturn end(String token, String state, String code, Origin origin) {
        IdentityProvider there = provider();
        Optional<ProviderStore.StoredAttempt> begun =
                token.isEmpty()
                        ? Optional.empty()
                        : database.write(
                                Plane.CONSOLE,
                                tx -> store.take(tx, Tokens.hash(token), clock.millis()));
        if (begun.isEmpty()) {
            return new ProviderReturn(ProviderOutcome.EXPIRED, null, "");
        }
        var attempt = begun.get();
        if (!same(attempt.secrets().state(), state) || code.isEmpty()) {
            return new ProviderReturn(ProviderOutcome.FAILED, null, attempt.next());
        }
        ProvenIdentity identity;
        try {
            identity = there.redeem(attempt.secrets(), code);
        } catch (ProviderFailure e) {
            LOG.warn("a sign-in by the provider failed: {}", e.getMessage());
            return new ProviderReturn(ProviderOutcome.FAILED, null, attempt.next());
        }
        return database.write(
                Plane.CONSOLE,
                tx ->
                        attempt.accountId().isEmpty()
                                ? signIn(tx, there, identity, attempt.next(), origin)
                                : link(tx, identity, attempt, origin));
    }

    private ProviderReturn signIn(
            Tx tx, IdentityProvider there, ProvenIdentity identity, String next, Origin origin) {
        Optional<Account> known = store.account(tx, identity);
        if (known.isEmpty() && there.config().create() && !accounts.empty(tx)) {
            known = create(tx, identity, origin);
        }
        if (known.isEmpty()) {
            return new ProviderReturn(ProviderOutcome.UNKNOWN, null, next);
        }
        accounts.lock(tx, known.get().id());
        if (accounts.find(tx, known.get().id()).map(Account::disabled).orElse(true)) {
            return new ProviderReturn(ProviderOutcome.DISABLED, null, next);
        }
        return new ProviderReturn(
                ProviderOutcome.SIGNED_IN, logins.begin(tx, known.get(), origin, "provider"), next);
    }

    private ProviderReturn link(
            Tx tx, ProvenIdentity identity, ProviderStore.StoredAttempt attempt, Origin origin) {
        accounts.lock(tx, attempt.accountId());
        Optional<Account> account = accounts.find(tx, attempt.accountId());
        if (account.map(Account::disabled).orElse(true)) {
            return new ProviderReturn(ProviderOutcome.DISABLED, null, attempt.next());
        }
        if (!store.link(tx, identity, attempt.accountId())) {
            return new ProviderReturn(ProviderOutcome.TAKEN, null, attempt.next());
        }
        Caller caller = Accounts.caller(account.get(), origin);
        audit.record(tx, caller, "provider.link", caller.accountId(), caller.username());
        return new ProviderReturn(ProviderOutcome.LINKED, null, attempt.next());
    }

    // Of sign-ins of one person at the same moment, the first to link makes the account.
    private Optional<Account> create(Tx tx, ProvenIdentity identity, Origin origin) {
        Account account = insert(tx, Usernames.made(identity.name(), NAME));
        if (!store.link(tx, identity, account.id())) {
            accounts.delete(tx, account.id());
            return store.account(tx, identity);
        }
        Caller caller = Accounts.caller(account, origin);
        audit.record(tx, caller, "user.register", account.id(), "by the provider");
        return Optional.of(account);
    }

    private Account insert(Tx tx, String wanted) {
        for (int n = 1; ; n++) {
            String name = n == 1 ? wanted : wanted + "-" + (n <= NUMBERED ? n : suffix());
            var account = new Account(ids.hex(), name, false, false, false, false, clock.millis());
            if (accounts.insert(tx, account, Passwords.NONE, false)) {
                return account;
            }
        }
    }

    private String suffix() {
        String id = ids.hex();
        return id.substring(id.length() - SUFFIX);
    }

    boolean linked(Caller caller) {
        String issuer = provider().config().issuer();
        return database.read(Plane.CONSOLE, tx -> store.linked(tx, issuer, caller.accountId()));
    }

    /**
     * @throws Problem 404 if there is no link, 409 if there is no password to sign in with instead
     */
    void unlink(SignIn by) {
        Caller caller = by.caller();
        String issuer = provider().config().issuer();
        database.run(
                Plane.CONSOLE,
                tx -> {
                    accounts.lock(tx, caller.accountId());
                    var secret = accounts.secret(tx, caller.accountId()).orElseThrow();
                    if (secret.password().equals(Passwords.NONE)) {
                        throw new Problem(
                                409,
                                "这个账号没有密码，解除关联后就无法登录：请让管理员重设密码，关联会随之解除",
                                "Without a password you could no longer sign in: ask an administrator"
                                        + " to reset it, which removes the link, too");
                    }
                    if (!store.unlink(tx, issuer, caller.accountId())) {
                        throw Problem.notFound("没有关联", "There is no link");
                    }
                    audit.record(
                            tx, caller, "provider.unlink", caller.accountId(), caller.username());
                });
    }

    private IdentityProvider provider() {
        if (provider == null) {
            throw Problem.notFound("没有设置单点登录", "No sign-in provider is set up");
        }
        return provider;
    }

    private static boolean same(String a, String b) {
        return MessageDigest.isEqual(
                Tokens.hash(a).getBytes(java.nio.charset.StandardCharsets.US_ASCII),
                Tokens.hash(b).getBytes(java.nio.charset.StandardCharsets.US_ASCII));
    }

    void clean() {
        long now = clock.millis();
        Chunks.delete(database, (tx, limit) -> store.deleteExpired(tx, now, limit));
    }
}
