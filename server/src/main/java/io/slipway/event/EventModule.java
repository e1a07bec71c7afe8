package io.slipway.event;

import io.slipway.account.Access;
import io.slipway.base.Base;
import io.slipway.http.ServerAddresses;
import io.slipway.http.edge.Edge;
import io.slipway.keys.MasterKey;
import java.time.Duration;
import java.util.function.Supplier;

/** Assembles the feature. Thread-safe. */
public final class EventModule implements AutoCloseable {

    private final Supplier<EventConfig> config;
    private final Events events;
    private final Webhooks webhooks;
    private final Dispatcher dispatcher;
    private final Sender sender;

    private EventModule(
            Supplier<EventConfig> config,
            Events events,
            Webhooks webhooks,
            Dispatcher dispatcher,
            Sender sender) {
        this.config = config;
        this.events = events;
        this.webhooks = webhooks;
        this.dispatcher = dispatcher;
        this.sender = sender;
    }

    /**
     * Creates the parts and registers all routes.
     *
     * @param master encrypts the webhooks' secrets
     */
    public static EventModule install(
            Edge edge, Supplier<EventConfig> config, Base base, Access access, MasterKey master) {
        var database = base.database();
        var ids = base.ids();
        var clock = base.clock();
        var accounts = access.accounts();
        var events = new Events(database, ids, clock);
        // New ids must be above those that webhooks have already read.
        ids.startAfter(events.last());
        var addresses = new ServerAddresses(() -> config.get().privateWebhooks());
        var store = new WebhookStore(master);
        var webhooks = new Webhooks(database, ids, clock, accounts, access.audit(), store);
        var dispatcher = new Dispatcher(database, ids, clock, accounts, store);
        var sender =
                new Sender(database, clock, accounts, store, events, addresses, edge.webClient());
        new EventRoutes(accounts, events).install(edge);
        new WebhookRoutes(accounts, webhooks, addresses).install(edge);
        accounts.whenDeleted(new WebhookRemoval(webhooks));
        var module = new EventModule(config, events, webhooks, dispatcher, sender);
        module.schedule(base);
        return module;
    }

    private void schedule(Base base) {
        var housekeeping = base.housekeeping();
        housekeeping.every(Duration.ofSeconds(1), "webhooks", this::deliver);
        housekeeping.every(Duration.ofSeconds(30), "late events", this::sweep);
        base.forget(Duration.ofHours(1), "old events", this::clean);
    }

    public Events events() {
        return events;
    }

    /** Passes new events to webhooks. */
    void deliver() {
        dispatcher.read();
        sender.start();
    }

    /** Finds late events, on several nodes. */
    void sweep() {
        dispatcher.sweep();
    }

    /** Deletes what has expired, in chunks. */
    void clean() {
        events.clean(config.get().kept());
        webhooks.clean(config.get().kept());
    }

    /** Stops sending. Must precede closing the edge and the database. */
    @Override
    public void close() {
        sender.close();
    }
}
