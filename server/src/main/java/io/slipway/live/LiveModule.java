package io.slipway.live;

import io.slipway.account.Accounts;
import io.slipway.activation.Activations;
import io.slipway.activation.Neighbourhood;
import io.slipway.activation.Preregistrations;
import io.slipway.cluster.Bus;
import io.slipway.cluster.Presence;
import io.slipway.device.Devices;
import io.slipway.event.Events;
import io.slipway.event.NewEvent;
import io.slipway.http.edge.Edge;
import io.slipway.sql.Database;
import io.slipway.sql.Plane;
import io.slipway.sql.StoreException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Turns what other features say into what pages are told, on all nodes. What happens on a node is
 * collected and told a few times a second, there and over the bus. Thread-safe.
 */
public final class LiveModule {

    /** How often {@link #tick} wants to be called. */
    public static final Duration PERIOD = Duration.ofMillis(250);

    private static final Logger LOG = LoggerFactory.getLogger(LiveModule.class);
    private static final String TOPIC = "live";

    /** The bus takes messages of 3900. */
    private static final int MOST_CHARS = 3_800;

    /** After a failure of the database, which each attempt waits for. */
    private static final Duration RETRY = Duration.ofSeconds(2);

    /** What it stands on. */
    public record Needs(
            Database database,
            Bus bus,
            Presence presence,
            Accounts accounts,
            Devices devices,
            Activations activations,
            Preregistrations preregistrations,
            Events events) {}

    private final Database database;
    private final Bus bus;
    private final Viewers viewers = new Viewers();
    private final Outbox outbox = new Outbox();
    private boolean lost;
    private long retryAt = System.nanoTime();

    private LiveModule(Needs needs) {
        database = needs.database();
        bus = needs.bus();
    }

    /** Adds the route, and listens to the other features. */
    public static LiveModule install(Edge edge, Needs needs) {
        var module = new LiveModule(needs);
        new LiveRoutes(needs.accounts(), module.viewers).install(edge);
        needs.presence()
                .watch(
                        (live, online) ->
                                module.happened(
                                        News.presence(live.accountId(), live.mac(), online)),
                        () -> module.happened(News.reload(News.EVERYBODY)));
        needs.devices()
                .whenChanged((accountId, mac) ->
                        module.happened(News.device(accountId, mac.toString())));
        needs.activations()
                .whenWaiting(around ->
                        module.happened(
                                News.waiting(around.map(Neighbourhood::network).orElse(""))));
        needs.preregistrations()
                .whenChanged(
                        (accountId, agentId) -> module.happened(News.imported(accountId, agentId)));
        needs.events().whenAdded(module::added);
        needs.bus().onOthers(TOPIC, module::heard);
        needs.bus().onGap(() -> module.viewers.tell(News.reload(News.EVERYBODY)));
        return module;
    }

    private void added(long id, NewEvent event) {
        happened(News.event(event.accountId(), id, event.type().wire()));
        if (!event.rolloutId().isEmpty()) {
            happened(News.rollout(event.accountId(), event.rolloutId()));
        }
    }

    private void happened(News news) {
        // One node without an open page has nobody to tell, and devices that don't wait for it.
        if (database.postgres() || !viewers.none()) {
            outbox.add(news);
        }
    }

    private void heard(String message) {
        for (String line : message.split("\n", -1)) {
            News.parse(line).ifPresent(viewers::tell);
        }
    }

    /** Tells what has happened since the last time. Never fails. */
    public synchronized void tick() {
        List<News> news = outbox.take();
        news.forEach(viewers::tell);
        if (database.postgres() && (lost || !news.isEmpty())) {
            spread(news);
        }
    }

    private void spread(List<News> news) {
        if (lost && System.nanoTime() - retryAt < 0) {
            return;
        }
        List<String> messages = lost ? List.of(News.reload(News.EVERYBODY).line()) : packed(news);
        try {
            database.run(
                    Plane.BACKGROUND,
                    tx -> messages.forEach(message -> bus.send(tx, TOPIC, message)));
            lost = false;
        } catch (StoreException e) {
            if (!lost) {
                LOG.warn("other nodes were not told what happened here: {}", e.toString());
            }
            lost = true;
            retryAt = System.nanoTime() + RETRY.toNanos();
        }
    }

    static List<String> packed(List<News> news) {
        var messages = new ArrayList<String>();
        var message = new StringBuilder();
        for (News one : news) {
            String line = one.line();
            if (message.length() + line.length() >= MOST_CHARS) {
                messages.add(message.toString());
                message.setLength(0);
            }
            if (!message.isEmpty()) {
                message.append('\n');
            }
            message.append(line);
        }
        messages.add(message.toString());
        return messages;
    }
}
