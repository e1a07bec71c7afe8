package io.slipway.account;

import io.slipway.account.captcha.CaptchaImage;
import io.slipway.account.captcha.Captchas;
import io.slipway.http.Problem;
import io.slipway.http.edge.Edge;
import io.slipway.sql.Database;
import io.slipway.sql.Ids;
import io.slipway.work.Attempts;
import io.slipway.work.Cpu;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;

/** The parts of this package that only the start of the program sees. Thread-safe. */
public final class AccountModule implements AutoCloseable {

    private final Cpu cpu = new Cpu();
    private final Attempts attempts;
    private final Audit audit;
    private final Captchas captchas;
    private final Logins logins;
    private final Users users;
    private final Registrations registrations;
    private final AccountRoutes accountRoutes;
    private final ConsoleRoutes consoleRoutes;
    private final UserRoutes userRoutes;
    private final AuditRoutes auditRoutes;

    /**
     * @param folder of the data; the captcha's font is laid into {@code fonts} there
     */
    public AccountModule(
            Database database,
            Ids ids,
            InstantSource clock,
            AccountConfig config,
            Accounts accounts,
            Attempts attempts,
            Audit audit,
            SetupCode setup,
            Path folder,
            About about) {
        this.attempts = attempts;
        this.audit = audit;
        var passwords = new Passwords(cpu);
        var image = new CaptchaImage(folder.resolve("fonts"));
        captchas = new Captchas(database, clock, attempts, cpu, image);
        logins = new Logins(database, clock, accounts, attempts, audit, passwords);
        users = new Users(database, ids, clock, audit, passwords);
        registrations =
                new Registrations(
                        database, ids, clock, config, accounts, attempts, audit, passwords, setup);
        accountRoutes = new AccountRoutes(accounts, captchas, registrations, logins, users);
        consoleRoutes = new ConsoleRoutes(accounts, config, registrations, logins, users, about);
        var keys = new ApiKeys(database, ids, clock, audit);
        userRoutes = new UserRoutes(accounts, keys, users);
        auditRoutes = new AuditRoutes(accounts, audit, clock);
    }

    /** Adds the routes; before the edge starts. */
    public void install(Edge edge) {
        accountRoutes.install(edge);
        consoleRoutes.install(edge);
        userRoutes.install(edge);
        auditRoutes.install(edge);
    }

    /** Whether nobody has registered yet: then the setup code is worth printing. */
    public boolean unclaimed() {
        return registrations.unclaimed();
    }

    /**
     * Gives an account a new random password and ends all its logins; for the command line, also
     * while servers run on the same database.
     *
     * @return the password, 16 characters
     * @throws Problem 404 when there is no such user
     */
    public String resetPassword(String username) {
        String password = Passwords.random();
        users.resetPassword(Caller.console(), users.idOf(username), password);
        return password;
    }

    /** Deletes what has expired, and audit entries older than {@code auditKept}, in chunks. */
    public void clean(Duration auditKept) {
        logins.clean();
        captchas.clean();
        attempts.clean();
        audit.clean(auditKept);
    }

    @Override
    public void close() {
        cpu.close();
    }
}
