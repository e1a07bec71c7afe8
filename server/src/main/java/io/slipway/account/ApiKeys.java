package io.slipway.account;

import io.slipway.account.credentials.Tokens;
import io.slipway.http.Problem;
import io.slipway.http.console.Page;
import io.slipway.sql.Database;
import io.slipway.sql.Ids;
import io.slipway.sql.Plane;
import java.time.InstantSource;
import java.util.List;

/** Keys that programs use instead of a login; they last until revoked. Thread-safe. */
final class ApiKeys {

    static final int PER_ACCOUNT = 50;

    /** Enough to tell 50 keys apart, too little to guess the rest. */
    private static final int SHOWN = 10;

    /** A new key; {@code secret} is stored nowhere. */
    record NewKey(ApiKey key, String secret) {}

    private final Database database;
    private final Ids ids;
    private final InstantSource clock;
    private final Audit audit;
    private final KeyUses uses;
    private final AccountStore accounts = new AccountStore();
    private final ApiKeyStore store = new ApiKeyStore();

    ApiKeys(Database database, Ids ids, InstantSource clock, Audit audit, KeyUses uses) {
        this.database = database;
        this.ids = ids;
        this.clock = clock;
        this.audit = audit;
        this.uses = uses;
    }

    /**
     * @throws Problem 409 if the account has {@link #PER_ACCOUNT}
     */
    NewKey create(Caller caller, String name, KeyScope scope) {
        String secret = Tokens.make(Tokens.KEY);
        String prefix = secret.substring(0, SHOWN);
        var key =
                new ApiKey(
                        ids.hex(),
                        caller.accountId(),
                        prefix,
                        name,
                        scope,
                        clock.millis(),
                        null,
                        "");
        database.run(
                Plane.CONSOLE,
                tx -> {
                    accounts.lock(tx, caller.accountId());
                    if (store.count(tx, caller.accountId()) >= PER_ACCOUNT) {
                        throw new Problem(
                                409,
                                "每个账号最多 " + PER_ACCOUNT + " 个 API Key",
                                "At most " + PER_ACCOUNT + " API keys per account");
                    }
                    store.insert(tx, key, Tokens.hash(secret));
                    audit.record(
                            tx,
                            caller,
                            "api-key.create",
                            key.id(),
                            name + " (" + scope.code() + ")");
                });
        return new NewKey(key, secret);
    }

    /** Oldest first, one row more than the page's limit if there are more. */
    List<ApiKey> list(Caller caller, Page page) {
        String cursor = page.cursor();
        String after = cursor == null ? "" : cursor;
        return database
                .read(
                        Plane.CONSOLE,
                        tx -> store.list(tx, caller.accountId(), after, page.limit() + 1))
                .stream()
                .map(uses::withLatest)
                .toList();
    }

    /**
     * Takes effect at once.
     *
     * @throws Problem 404
     */
    void revoke(Caller caller, String id) {
        database.run(
                Plane.CONSOLE,
                tx -> {
                    ApiKey key =
                            store.delete(tx, caller.accountId(), id)
                                    .orElseThrow(() ->
                                            Problem.notFound("API Key 不存在", "No such API key"));
                    audit.record(tx, caller, "api-key.revoke", id, key.name());
                });
    }
}
