package io.slipway.event;

import io.slipway.account.Accounts;
import io.slipway.account.Audit;
import io.slipway.account.Caller;
import io.slipway.event.Delivery.DeliveryState;
import io.slipway.http.Problem;
import io.slipway.http.ServerUrl;
import io.slipway.sql.Chunks;
import io.slipway.sql.Database;
import io.slipway.sql.Ids;
import io.slipway.sql.Plane;
import io.slipway.sql.Tx;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * An account's webhooks. Other accounts' webhooks are treated as nonexistent. Thread-safe; calls
 * block.
 */
final class Webhooks {

    /** The maximum number of webhooks of an account. */
    static final int PER_ACCOUNT = 20;

    /** How long the previous secret also signs. */
    static final Duration ROTATION = Duration.ofHours(24);

    /** Greater than any id: the start of a descending list. */
    private static final String TOP = "g";

    private static final SecureRandom RANDOM = new SecureRandom();

    /** A new webhook; its secret is shown only now. */
    record NewWebhook(Webhook webhook, String secret) {}

    private final Database database;
    private final Ids ids;
    private final InstantSource clock;
    private final Accounts accounts;
    private final Audit audit;
    private final WebhookStore store;

    Webhooks(
            Database database,
            Ids ids,
            InstantSource clock,
            Accounts accounts,
            Audit audit,
            WebhookStore store) {
        this.database = database;
        this.ids = ids;
        this.clock = clock;
        this.accounts = accounts;
        this.audit = audit;
        this.store = store;
    }

    /**
     * @param set receives an empty webhook
     * @throws Problem 409 if the account has {@link #PER_ACCOUNT}
     */
    NewWebhook create(Caller caller, UnaryOperator<Webhook> set) {
        long now = clock.millis();
        String account = caller.accountId();
        var usual = Webhook.WantedEvents.USUAL;
        var empty = new Webhook(ids.hex(), account, "", usual, true, "", now, now);
        Webhook webhook = set.apply(empty);
        String secret = secret();
        database.run(
                Plane.CONSOLE,
                tx -> {
                    accounts.lock(tx, account);
                    if (store.count(tx, account) >= PER_ACCOUNT) {
                        throw new Problem(
                                409,
                                "每个账号最多 " + PER_ACCOUNT + " 个 Webhook",
                                "At most " + PER_ACCOUNT + " webhooks per account");
                    }
                    store.insert(tx, webhook, secret, ids.next());
                    audit.record(tx, caller, "webhook.create", webhook.id(), host(webhook));
                });
        return new NewWebhook(webhook, secret);
    }

    /**
     * Changes a webhook. One that is enabled again gets events from then on, and its waiting
     * deliveries.
     *
     * @param set receives the current webhook
     * @throws Problem 404
     */
    Webhook update(Caller caller, String id, UnaryOperator<Webhook> set, String detail) {
        long now = clock.millis();
        return database.write(
                Plane.CONSOLE,
                tx -> {
                    Webhook before = own(tx, caller, id);
                    Webhook after = updated(set.apply(before), now);
                    store.update(tx, after);
                    if (after.active() && !before.active()) {
                        store.restart(tx, id, ids.next());
                    }
                    audit.record(tx, caller, "webhook.update", id, detail);
                    return after;
                });
    }

    // A person's decision, either way, replaces the server's.
    private static Webhook updated(Webhook set, long now) {
        return new Webhook(
                set.id(),
                set.accountId(),
                set.url(),
                set.wanted(),
                set.active(),
                set.active() ? "" : set.offReason(),
                set.createdAt(),
                now);
    }

    /**
     * @throws Problem 404
     */
    void delete(Caller caller, String id) {
        database.run(
                Plane.CONSOLE,
                tx -> {
                    Webhook webhook = own(tx, caller, id);
                    store.delete(tx, id);
                    audit.record(tx, caller, "webhook.delete", id, host(webhook));
                });
        Chunks.delete(database, (tx, limit) -> DeliveryStore.deleteOf(tx, id, limit));
    }

    /**
     * @throws Problem 404
     */
    Webhook require(Caller caller, String id) {
        return database.read(Plane.CONSOLE, tx -> require(tx, caller, id));
    }

    /** How many webhooks an account has. */
    long count(Tx tx, String accountId) {
        return store.count(tx, accountId);
    }

    /** Newest first, those below {@code cursor}; null for the first page. */
    List<Webhook> list(Caller caller, @Nullable String cursor, int limit) {
        String before = cursor == null ? TOP : cursor;
        return database.read(
                Plane.CONSOLE, tx -> store.list(tx, caller.accountId(), before, limit));
    }

    /**
     * Sets a new secret; for {@link #ROTATION} deliveries are signed with both.
     *
     * @throws Problem 404
     */
    String rotate(Caller caller, String id) {
        String secret = secret();
        long until = clock.millis() + ROTATION.toMillis();
        database.run(
                Plane.CONSOLE,
                tx -> {
                    own(tx, caller, id);
                    store.rotate(tx, id, secret, until);
                    audit.record(tx, caller, "webhook.secret", id, "");
                });
        return secret;
    }

    /**
     * Queues a delivery without an event.
     *
     * @throws Problem 404; 409 when the webhook is disabled or its queue is full
     */
    Delivery test(Caller caller, String id) {
        return database.write(
                Plane.CONSOLE,
                tx -> {
                    Webhook webhook = own(tx, caller, id);
                    if (!webhook.active()) {
                        throw new Problem(409, "Webhook 已停用", "The webhook is disabled");
                    }
                    room(tx, id);
                    var test =
                            Dispatcher.waiting(ids.next(), id, 0, EventView.TEST, clock.millis());
                    DeliveryStore.insert(tx, List.of(test));
                    audit.record(tx, caller, "webhook.test", id, Long.toString(test.id()));
                    return test;
                });
    }

    /**
     * Newest first.
     *
     * @throws Problem 404
     */
    List<Delivery> deliveries(
            Caller caller, String id, @Nullable DeliveryState state, long before, int limit) {
        return database.read(
                Plane.CONSOLE,
                tx -> {
                    require(tx, caller, id);
                    return DeliveryStore.list(tx, id, state, before, limit);
                });
    }

    /**
     * Sends a dead letter again, with all attempts.
     *
     * @throws Problem 404; 409 when it is not dead or the queue is full
     */
    Delivery retry(Caller caller, String id, long deliveryId) {
        return database.write(
                Plane.CONSOLE,
                tx -> {
                    own(tx, caller, id);
                    if (DeliveryStore.find(tx, id, deliveryId).isEmpty()) {
                        throw Problem.notFound("投递记录不存在", "No such delivery");
                    }
                    room(tx, id);
                    if (!DeliveryStore.revive(tx, deliveryId, clock.millis())) {
                        throw new Problem(
                                409, "只能重试失败的投递", "Only failed deliveries can be retried");
                    }
                    audit.record(tx, caller, "webhook.retry", id, Long.toString(deliveryId));
                    return DeliveryStore.find(tx, id, deliveryId).orElseThrow();
                });
    }

    /** Deletes deliveries without changes for {@code retention}, in chunks. */
    void clean(Duration retention) {
        long before = clock.millis() - retention.toMillis();
        Chunks.delete(database, (tx, limit) -> DeliveryStore.deleteBefore(tx, before, limit));
        long now = clock.millis();
        long last = now + BackOff.LONGEST.toMillis();
        Chunks.delete(database, (tx, limit) -> DeliveryStore.wakeLate(tx, now, last, limit));
    }

    private static void room(Tx tx, String id) {
        if (DeliveryStore.waiting(tx, id) >= Dispatcher.MOST_WAITING) {
            throw new Problem(409, "等待的投递已满", "Too many deliveries are waiting");
        }
    }

    private Webhook require(Tx tx, Caller caller, String id) {
        return store.find(tx, caller.accountId(), id).orElseThrow(Webhooks::notFound);
    }

    // Like {@link #require}; other changes of the webhook wait until this transaction ends.
    private Webhook own(Tx tx, Caller caller, String id) {
        return store.lock(tx, id)
                .map(WebhookStore.ReadPosition::webhook)
                .filter(webhook -> webhook.accountId().equals(caller.accountId()))
                .orElseThrow(Webhooks::notFound);
    }

    private static Problem notFound() {
        return Problem.notFound("Webhook 不存在", "No such webhook");
    }

    // The rest of the URL may contain a secret.
    private static String host(Webhook webhook) {
        return ServerUrl.parse(webhook.url(), "http", Webhook.MAX_URL)
                .map(ServerUrl::authority)
                .orElse("");
    }

    private static String secret() {
        byte[] secret = new byte[32];
        RANDOM.nextBytes(secret);
        return HexFormat.of().formatHex(secret);
    }
}
