package io.slipway.account;

import com.password4j.Argon2Function;
import com.password4j.Password;
import com.password4j.types.Argon2;
import io.slipway.account.credentials.TimeCode;
import io.slipway.account.credentials.Tokens;
import io.slipway.sql.Database;
import io.slipway.sql.Ids;
import io.slipway.sql.Plane;
import java.math.BigInteger;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;

/** Accounts and logins created without the API, for tests of what comes after the login. */
public final class TestAccounts {

    /** A login that lasts forever. */
    public record Login(Caller caller, String token) {
        public String authorization() {
            return "Bearer " + token;
        }
    }

    // A thousandth of a real one's work; the first login by password replaces it.
    private static final Argon2Function CHEAP = Argon2Function.getInstance(64, 1, 1, 32, Argon2.ID);

    private TestAccounts() {}

    /**
     * An account with a password, and a token of its login: as created by the API, without its two
     * rounds of Argon2. The first account is the administrator.
     */
    public static String registered(
            Database database, InstantSource clock, String username, String password) {
        String hash = Password.hash(password).addRandomSalt(16).with(CHEAP).getResult();
        String token = Tokens.make(Tokens.LOGIN);
        long now = clock.millis();
        database.run(
                Plane.CONSOLE,
                tx -> {
                    var store = new AccountStore();
                    boolean first = store.empty(tx);
                    var account =
                            new Account(
                                    new Ids(clock).hex(),
                                    username,
                                    first,
                                    first,
                                    false,
                                    false,
                                    now);
                    if (!store.insert(tx, account, hash, first)) {
                        throw new IllegalArgumentException("there is a " + username);
                    }
                    long end = now + Logins.LIFE_SECONDS * 1000;
                    new LoginStore().insert(tx, Tokens.hash(token), account.id(), now, end);
                });
        return token;
    }

    /** What an app shows now for a secret in base 32. */
    public static String code(String base32, Instant now) {
        var secret = new BigInteger("1");
        for (int i = 0; i < base32.length(); i++) {
            int value = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".indexOf(base32.charAt(i));
            secret = secret.shiftLeft(5).or(BigInteger.valueOf(value));
        }
        // The leading 1 keeps leading zeros.
        byte[] all = secret.toByteArray();
        return TimeCode.at(Arrays.copyOfRange(all, 1, all.length), now.getEpochSecond() / 30);
    }

    /** Makes an account and a login; the name must be new. */
    public static Login login(
            Database database, InstantSource clock, String username, boolean admin) {
        var account =
                new Account(
                        new Ids(clock).hex(), username, admin, admin, false, false, clock.millis());
        String token = Tokens.make(Tokens.LOGIN);
        database.run(
                Plane.CONSOLE,
                tx -> {
                    var store = new AccountStore();
                    boolean first = store.empty(tx);
                    if (!store.insert(tx, account, "none", first)) {
                        throw new IllegalArgumentException("there is a " + username);
                    }
                    new LoginStore()
                            .insert(tx, Tokens.hash(token), account.id(), 0, Long.MAX_VALUE);
                });
        var caller = new Caller(account.id(), username, admin, admin, "127.0.0.1");
        return new Login(caller, token);
    }
}
