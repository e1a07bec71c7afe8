package io.slipway.event;

import io.slipway.account.Accounts;
import io.slipway.event.Delivery.DeliveryState;
import io.slipway.sql.Database;
import io.slipway.sql.Ids;
import io.slipway.sql.Plane;
import io.slipway.sql.Tx;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;

/**
 * Turns events into deliveries asynchronously. Each webhook stores how far its events have been
 * read, in the transaction that creates the deliveries: a crash neither loses nor duplicates any.
 * Thread-safe, on any number of nodes.
 */
final class Dispatcher {

    /** The maximum number of waiting deliveries of a webhook. */
    static final int MOST_WAITING = 10_000;

    static final String QUEUE_FULL = "queue full";

    /**
     * On several nodes, events appear out of order: an event has its id before its transaction
     * commits, and clocks differ. So events are read again after this time, which is longer than a
     * transaction lasts and clocks may differ.
     */
    private static final Duration LATE = Duration.ofMinutes(2);

    private static final int ROWS = 1_000;

    /** Rounds that a webhook gets before others have their turn. */
    private static final int ROUNDS = 20;

    private final Database database;
    private final Ids ids;
    private final InstantSource clock;
    private final Accounts accounts;
    private final WebhookStore store;

    Dispatcher(
            Database database,
            Ids ids,
            InstantSource clock,
            Accounts accounts,
            WebhookStore store) {
        this.database = database;
        this.ids = ids;
        this.clock = clock;
        this.accounts = accounts;
        this.store = store;
    }

    /** Creates deliveries of new events. */
    void read() {
        List<String> behind =
                database.read(
                        Plane.CONSOLE,
                        tx ->
                                store.behind(
                                        tx, EventStore.last(tx, true), EventStore.last(tx, false)));
        for (String id : behind) {
            boolean more = true;
            for (int round = 0; round < ROUNDS && more; round++) {
                more = database.write(Plane.BACKGROUND, tx -> read(tx, id));
            }
        }
    }

    private boolean read(Tx tx, String id) {
        WebhookStore.ReadPosition position = store.lock(tx, id).orElse(null);
        if (position == null || !position.webhook().active()) {
            return false;
        }
        Webhook webhook = position.webhook();
        var heads =
                EventStore.after(
                        tx, position.readTo(), Long.MAX_VALUE, !webhook.wanted().many(), ROWS);
        if (!heads.isEmpty()) {
            deliver(tx, webhook, heads);
            store.readTo(tx, id, heads.getLast().id());
        }
        return heads.size() == ROWS;
    }

    /** Creates deliveries of late events. A single node has none. */
    void sweep() {
        if (!database.postgres()) {
            return;
        }
        long bound = Ids.least(clock.millis() - LATE.toMillis());
        for (String id : database.read(Plane.CONSOLE, tx -> store.unswept(tx, bound))) {
            boolean more = true;
            for (int round = 0; round < ROUNDS && more; round++) {
                more = database.write(Plane.BACKGROUND, tx -> sweep(tx, id, bound));
            }
        }
    }

    private boolean sweep(Tx tx, String id, long bound) {
        WebhookStore.ReadPosition position = store.lock(tx, id).orElse(null);
        if (position == null || !position.webhook().active()) {
            return false;
        }
        Webhook webhook = position.webhook();
        long to = Math.min(bound, position.readTo());
        var heads = EventStore.after(tx, position.sweptTo(), to, !webhook.wanted().many(), ROWS);
        deliver(tx, webhook, heads);
        boolean more = heads.size() == ROWS;
        store.sweptTo(tx, id, more ? heads.getLast().id() : Math.max(to, position.sweptTo()));
        return more;
    }

    // Events are skipped for a disabled account: it must not get them later, either.
    private void deliver(Tx tx, Webhook webhook, List<EventStore.EventHead> heads) {
        var owner = accounts.find(tx, webhook.accountId());
        if (owner.isEmpty() || owner.get().disabled()) {
            return;
        }
        boolean admin = owner.get().admin();
        long now = clock.millis();
        var deliveries = new ArrayList<Delivery>();
        for (EventStore.EventHead head : heads) {
            if (webhook.wants(head, admin)) {
                deliveries.add(waiting(ids.next(), webhook.id(), head.id(), head.type(), now));
            }
        }
        if (deliveries.isEmpty()) {
            return;
        }
        DeliveryStore.insert(tx, deliveries);
        long over = DeliveryStore.waiting(tx, webhook.id()) - MOST_WAITING;
        if (over > 0) {
            DeliveryStore.giveUp(tx, webhook.id(), over, QUEUE_FULL, now);
        }
    }

    /** A delivery that may be sent immediately. */
    static Delivery waiting(long id, String webhookId, long eventId, String type, long now) {
        var begun = new Delivery.DeliveryProgress(DeliveryState.WAITING, 0, now, 0, "");
        return new Delivery(id, webhookId, eventId, type, begun, now, now);
    }
}
