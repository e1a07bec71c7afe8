package io.slipway.account;

import io.slipway.account.credentials.PasswordCost;
import io.slipway.account.credentials.Passwords;
import io.slipway.account.credentials.Usernames;
import io.slipway.http.Problem;
import io.slipway.sql.Database;
import io.slipway.sql.Ids;
import io.slipway.sql.Plane;
import io.slipway.work.Cpu;
import java.time.InstantSource;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Accounts of users who come from another server, for the command line: known by an id that is made
 * from what they were there. Thread-safe; calls block.
 */
public final class Newcomers implements AutoCloseable {

    private final Cpu cpu = new Cpu();
    private final Database database;
    private final InstantSource clock;
    private final Audit audit;
    private final Passwords passwords;
    private final AccountStore store = new AccountStore();

    public Newcomers(Database database, Ids ids, InstantSource clock) {
        this.database = database;
        this.clock = clock;
        this.audit = new Audit(database, ids, clock);
        this.passwords = new Passwords(cpu, PasswordCost.USUAL);
    }

    /** The account of this id. */
    public Optional<Account> find(String id) {
        return database.read(Plane.CONSOLE, tx -> store.find(tx, id));
    }

    /** The account of this name, ignoring case. */
    public Optional<Account> named(String username) {
        return database.read(
                Plane.CONSOLE,
                tx -> store.byKey(tx, Usernames.key(username)).map(AccountStore.Secret::account));
    }

    /** Why there can be no account of this name; null if there can. */
    public @Nullable Problem obstacle(String username) {
        try {
            String name = Usernames.checked(username);
            return database.read(
                    Plane.CONSOLE, tx -> store.free(tx, name) ? null : store.taken(tx, name));
        } catch (Problem invalid) {
            return invalid;
        }
    }

    /** A password for somebody who will choose another; 16 characters. */
    public static String password() {
        return Passwords.random();
    }

    /**
     * Creates an ordinary account.
     *
     * @param id 32 lower-case hex digits
     * @throws Problem 400 or 409
     */
    public void add(String id, String username, String password, boolean disabled) {
        String name = Usernames.checked(username);
        String hash = passwords.hash(password);
        var account = new Account(id, name, false, false, disabled, false, clock.millis());
        database.run(
                Plane.CONSOLE,
                tx -> {
                    if (!store.insert(tx, account, hash, false)) {
                        throw store.taken(tx, name);
                    }
                    String detail = name + (disabled ? ": disabled" : "");
                    audit.record(tx, Caller.console(), "user.create", id, detail);
                });
    }

    @Override
    public void close() {
        cpu.close();
    }
}
