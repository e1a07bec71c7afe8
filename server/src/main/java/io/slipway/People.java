package io.slipway;

import io.slipway.account.About;
import io.slipway.account.AccountModule;
import io.slipway.account.Accounts;
import io.slipway.account.Audit;
import io.slipway.account.SetupCode;
import io.slipway.http.Problem;
import io.slipway.sql.Database;
import io.slipway.sql.Ids;
import io.slipway.work.Attempts;
import java.time.InstantSource;
import java.util.Optional;

/** The account feature's parts, which the server and {@code reset-password} both need. */
record People(
        Audit audit, Attempts attempts, Accounts accounts, SetupCode setup, AccountModule module) {

    static People of(Config config, Database database, Ids ids, InstantSource clock) {
        Audit audit = new Audit(database, ids, clock);
        Attempts attempts = new Attempts(database, clock);
        Accounts accounts = new Accounts(database, clock, config.account());
        SetupCode setup = SetupCode.random();
        var module =
                new AccountModule(
                        database,
                        ids,
                        clock,
                        config.account(),
                        accounts,
                        attempts,
                        audit,
                        setup,
                        config.dataFolder(),
                        new About(Version.current(), config.http().publicUrl()));
        return new People(audit, attempts, accounts, setup, module);
    }

    /** A new random password for somebody locked out; works while the server runs. */
    static Optional<String> resetPassword(Config config, InstantSource clock, String name) {
        Ids ids = new Ids(clock);
        try (Database database = Database.open(config.database())) {
            try (AccountModule module = of(config, database, ids, clock).module()) {
                return Optional.of(module.resetPassword(name));
            }
        } catch (Problem e) {
            // No such user is the one thing that can be wrong with a name.
            return Optional.empty();
        }
    }
}
