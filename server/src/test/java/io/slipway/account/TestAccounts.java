package io.slipway.account;

import io.slipway.sql.Database;
import io.slipway.sql.Ids;
import io.slipway.sql.Plane;
import java.time.InstantSource;

/** Accounts and logins made without passwords, for tests of what comes behind the login. */
public final class TestAccounts {

    /** A login that lasts for ever. */
    public record Login(Caller caller, String token) {
        public String authorization() {
            return "Bearer " + token;
        }
    }

    private TestAccounts() {}

    /** Makes an account and a login; the name must be new. */
    public static Login login(
            Database database, InstantSource clock, String username, boolean admin) {
        var account =
                new Account(new Ids(clock).hex(), username, admin, admin, false, clock.millis());
        String token = Tokens.make(Tokens.LOGIN);
        database.run(
                Plane.CONSOLE,
                tx -> {
                    var store = new AccountStore();
                    boolean first = store.empty(tx);
                    if (!store.insert(tx, account, Names.key(username), "none", first)) {
                        throw new IllegalArgumentException("there is a " + username);
                    }
                    new LoginStore()
                            .insert(tx, Tokens.hash(token), account.id(), 0, Long.MAX_VALUE);
                });
        var caller = new Caller(account.id(), username, admin, admin, "127.0.0.1");
        return new Login(caller, token);
    }
}
