package io.slipway.account;

import io.slipway.account.credentials.Passwords;
import io.slipway.http.Problem;
import io.slipway.sql.Database;
import io.slipway.sql.Plane;
import io.slipway.work.Throttles;
import java.util.List;

/**
 * Asks a caller for the password again before something that outlives the login: one left open on
 * somebody's desk must not be enough. Thread-safe.
 */
final class Reauthentication {

    private final Database database;
    private final Throttles throttles;
    private final Passwords passwords;
    private final AccountStore accounts = new AccountStore();

    Reauthentication(Database database, Throttles throttles, Passwords passwords) {
        this.database = database;
        this.throttles = throttles;
        this.passwords = passwords;
    }

    /**
     * @param field that the password was sent in
     * @return the password's hash, as it was stored when it was verified
     * @throws Problem 400 for a wrong password, 429
     */
    String require(Caller caller, String field, String password) {
        String id = caller.accountId();
        var limit = Logins.limit("password:" + id, caller.origin());
        return throttles.limited(
                List.of(limit),
                () -> {
                    String hash =
                            database.read(Plane.CONSOLE, tx -> accounts.secret(tx, id))
                                    .orElseThrow()
                                    .password();
                    if (!passwords.matches(password, hash)) {
                        throttles.failed(limit.key(), Throttles.HOUR);
                        throw Problem.field(field, "密码错误", "is wrong");
                    }
                    return hash;
                });
    }
}
