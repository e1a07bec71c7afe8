package io.slipway.event;

import io.slipway.account.Accounts;
import io.slipway.account.Audit;
import io.slipway.http.ServerAddresses;
import io.slipway.http.edge.Edge;
import io.slipway.keys.MasterKey;
import io.slipway.sql.Database;
import io.slipway.sql.Ids;
import java.time.InstantSource;

/** The feature's parts, put together once. Thread-safe. */
public final class EventModule implements AutoCloseable {

    /**
     * What it stands on.
     *
     * @param master encrypts the webhooks' secrets
     */
    public record Needs(
            Database database,
            Ids ids,
            InstantSource clock,
            Accounts accounts,
            Audit audit,
            MasterKey master,
            Events events) {}

    private final EventConfig config;
    private final Events events;
    private final Webhooks webhooks;
    private final Dispatcher dispatcher;
    private final Sender sender;

    private EventModule(
            EventConfig config,
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

    /** Adds all that can be called. */
    public static EventModule install(Edge edge, EventConfig config, Needs on) {
        // An id below those that webhooks have read would never be read.
        on.ids().startAfter(on.events().last());
        var addresses = new ServerAddresses(config.privateWebhooks());
        var store = new WebhookStore(on.master());
        var webhooks =
                new Webhooks(on.database(), on.ids(), on.clock(), on.accounts(), on.audit(), store);
        var dispatcher = new Dispatcher(on.database(), on.ids(), on.clock(), on.accounts(), store);
        var sender =
                new Sender(
                        on.database(),
                        on.clock(),
                        on.accounts(),
                        store,
                        on.events(),
                        addresses,
                        edge.webClient());
        new EventRoutes(on.accounts(), on.events()).install(edge);
        new WebhookRoutes(on.accounts(), webhooks, addresses).install(edge);
        return new EventModule(config, on.events(), webhooks, dispatcher, sender);
    }

    /** Tells webhooks what is new; wants to be called every second. */
    public void tell() {
        dispatcher.read();
        sender.start();
    }

    /** Finds what came late, on several nodes; wants to be called every half minute. */
    public void sweep() {
        dispatcher.sweep();
    }

    /** Deletes what is too old, in chunks. */
    public void clean() {
        events.clean(config.kept());
        webhooks.clean(config.kept());
    }

    /** Ends sending. Before the edge and the database. */
    @Override
    public void close() {
        sender.close();
    }
}
