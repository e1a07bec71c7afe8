package io.slipway.account;

import io.slipway.account.captcha.CaptchaAnswers;
import io.slipway.account.captcha.CaptchaImage;
import io.slipway.account.captcha.Captchas;
import io.slipway.account.credentials.PasswordCost;
import io.slipway.account.credentials.Passwords;
import io.slipway.account.credentials.SetupCode;
import io.slipway.account.provider.IdentityProvider;
import io.slipway.base.Base;
import io.slipway.http.Problem;
import io.slipway.http.edge.Edge;
import io.slipway.http.governor.EdgeLimit;
import io.slipway.keys.MasterKey;
import io.slipway.sql.Database;
import io.slipway.sql.Ids;
import io.slipway.sql.Plane;
import io.slipway.work.Cpu;
import io.slipway.work.Throttles;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Assembles the feature. Closed after the edge. */
public final class AccountModule implements AutoCloseable {

    private final Cpu cpu;
    private final Access access;
    private final Throttles throttles;
    private final Captchas captchas;
    private final Logins logins;
    private final Registrations registrations;
    private final SetupCode setup;
    private final ProviderLogins providerLogins;
    private final @Nullable IdentityProvider provider;

    private AccountModule(
            Cpu cpu,
            Access access,
            Throttles throttles,
            Captchas captchas,
            Logins logins,
            Registrations registrations,
            SetupCode setup,
            ProviderLogins providerLogins,
            @Nullable IdentityProvider provider) {
        this.cpu = cpu;
        this.access = access;
        this.throttles = throttles;
        this.captchas = captchas;
        this.logins = logins;
        this.registrations = registrations;
        this.setup = setup;
        this.providerLogins = providerLogins;
        this.provider = provider;
    }

    /**
     * Creates the parts and registers all routes.
     *
     * @param current settings; those that need a restart are read now
     * @param folder of the data; the captcha's font is written to {@code fonts} there
     */
    public static AccountModule install(
            Edge edge,
            Supplier<AccountConfig> current,
            Base base,
            Path folder,
            MasterKey master,
            ServerInfo serverInfo) {
        Database database = base.database();
        Ids ids = base.ids();
        InstantSource clock = base.clock();
        AccountConfig config = current.get();
        var setup = config.setupCode() == null ? SetupCode.random() : config.setupCode();
        var cpu = new Cpu();
        var audit = new Audit(database, ids, clock);
        var throttles = new Throttles(database, clock);
        var answers = new CaptchaAnswers(database, clock, master);
        var accounts =
                new Accounts(database, clock, () -> current.get().captcha() ? answers : null);
        edge.authenticateBy(request -> accounts.authenticate(request).accountId());
        var passwords = new Passwords(cpu, config.passwordCost());
        var image = new CaptchaImage(folder.resolve("fonts"));
        var captchas =
                new Captchas(
                        database,
                        clock,
                        throttles,
                        cpu,
                        image,
                        answers,
                        () -> edge.governor().count(EdgeLimit.CAPTCHAS));
        var again = new Reauthentication(database, throttles, passwords);
        var factors = new SecondFactors(database, clock, master, throttles, audit, again);
        var logins =
                new Logins(database, clock, accounts, throttles, audit, passwords, again, factors);
        var users = new Users(database, ids, clock, accounts, audit, passwords);
        users.addSkeletons();
        var registrations =
                new Registrations(
                        database, ids, clock, current, accounts, throttles, audit, passwords,
                        setup);
        new AccountRoutes(accounts, captchas, registrations, logins, users, serverInfo.zone())
                .install(edge);
        new ConsoleRoutes(accounts, current, registrations, logins, users, serverInfo)
                .install(edge);
        KeyUses uses = accounts.keyUses();
        base.housekeeping().every(KeyUses.PERIOD, "uses of API keys", uses::flush);
        base.housekeeping().write(uses::flush);
        new UserRoutes(accounts, new ApiKeys(database, ids, clock, audit, uses), users)
                .install(edge);
        new SecondFactorRoutes(accounts, factors).install(edge);
        var provider = provider(config, serverInfo);
        var providerLogins =
                new ProviderLogins(database, ids, clock, provider, throttles, audit, logins, again);
        new ProviderRoutes(accounts, providerLogins, serverInfo.publicUrl()).install(edge);
        new AuditRoutes(accounts, audit, clock).install(edge);
        var module =
                new AccountModule(
                        cpu,
                        new Access(accounts, audit),
                        throttles,
                        captchas,
                        logins,
                        registrations,
                        setup,
                        providerLogins,
                        provider);
        base.forget(
                Duration.ofMinutes(10),
                "expired logins",
                () -> module.clean(current.get().auditKept()));
        return module;
    }

    private static @Nullable IdentityProvider provider(
            AccountConfig config, ServerInfo serverInfo) {
        if (config.provider() == null) {
            return null;
        }
        URI redirect = URI.create(serverInfo.publicUrl() + ProviderRoutes.CALLBACK);
        return new IdentityProvider(config.provider(), redirect);
    }

    public Access access() {
        return access;
    }

    public Throttles throttles() {
        return throttles;
    }

    /** Required for the first registration; null once there is an account. */
    public @Nullable String setupCode() {
        return registrations.unclaimed() ? setup.value() : null;
    }

    /**
     * What was reset.
     *
     * @param password the new one, 16 characters
     */
    public record NewPassword(
            String password,
            EndedAccess ended,
            boolean providerLinkRemoved,
            boolean secondFactorRemoved) {}

    /**
     * Gives an account a new random password, ends all its logins and API keys, and removes its
     * links to sign-in providers and its second factor; for the command line, also while servers
     * run on the same database.
     *
     * @throws Problem 404 if there is no such user
     */
    public static NewPassword resetPassword(
            Database database, Ids ids, InstantSource clock, String username) {
        try (var cpu = new Cpu()) {
            var audit = new Audit(database, ids, clock);
            var accounts = new Accounts(database, clock, () -> null);
            var passwords = new Passwords(cpu, PasswordCost.USUAL);
            var users = new Users(database, ids, clock, accounts, audit, passwords);
            String password = Passwords.random();
            var reset = users.resetPassword(Caller.console(), users.idOf(username), password, true);
            return new NewPassword(
                    password,
                    reset.ended(),
                    reset.providerLinkRemoved(),
                    reset.secondFactorRemoved());
        }
    }

    /**
     * The usernames of the administrators who can log in, for an operator who has forgotten them:
     * the first 20, in alphabetical order.
     */
    public static List<String> administrators(Database database) {
        return database.read(Plane.CONSOLE, new AccountStore()::administrators);
    }

    /** Deletes what has expired, and audit entries older than {@code auditKept}, in chunks. */
    public void clean(Duration auditKept) {
        logins.clean();
        captchas.clean();
        providerLogins.clean();
        throttles.clean();
        access.audit().clean(auditKept);
    }

    @Override
    public void close() {
        if (provider != null) {
            provider.close();
        }
        cpu.close();
    }
}
