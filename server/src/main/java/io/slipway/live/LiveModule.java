package io.slipway.live;

import io.slipway.account.Access;
import io.slipway.activation.ActivationModule;
import io.slipway.activation.Neighbourhood;
import io.slipway.base.Base;
import io.slipway.cluster.Bus;
import io.slipway.cluster.Presence;
import io.slipway.cluster.Topic;
import io.slipway.device.Devices;
import io.slipway.event.Events;
import io.slipway.event.NewEvent;
import io.slipway.http.edge.Edge;
import io.slipway.sql.Database;
import io.slipway.sql.Plane;
import io.slipway.sql.StoreException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Turns other features' changes into messages to open pages, on all nodes. A node's changes are
 * collected and sent a few times a second, locally and over the bus. Thread-safe.
 */
public final class LiveModule {

    private static final Duration PERIOD = Duration.ofMillis(250);

    private static final Logger LOG = LoggerFactory.getLogger(LiveModule.class);
    static final Topic<List<News>> TOPIC = new Topic<>("live", LiveModule::text, LiveModule::read);

    private static final int MOST_CHARS = Bus.MAX_CHARS - 100;

    /** After a failure of the database, which each attempt waits for. */
    private static final Duration RETRY = Duration.ofSeconds(2);

    private final Database database;
    private final Bus bus;
    private final Viewers viewers = new Viewers();
    private final Outbox outbox = new Outbox();
    private boolean lost;
    private long retryAt = System.nanoTime();

    private LiveModule(Base base) {
        database = base.database();
        bus = base.bus();
    }

    /** Adds the route, and listens to the other features. */
    public static void install(
            Edge edge,
            Base base,
            Access access,
            Presence presence,
            Devices devices,
            ActivationModule activation,
            Events events) {
        var module = new LiveModule(base);
        new LiveRoutes(access.accounts(), module.viewers).install(edge);
        presence.watch(
                (live, online) ->
                        module.happened(
                                News.presence(live.accountId(), live.details().mac(), online)),
                () -> module.happened(News.reload(News.EVERYBODY)));
        devices.whenChanged(
                (accountId, mac) -> module.happened(News.device(accountId, mac.toString())));
        activation
                .activations()
                .whenWaiting(where ->
                        module.happened(
                                News.waiting(where.map(Neighbourhood::network).orElse(""))));
        activation
                .preregistrations()
                .whenChanged(
                        (accountId, agentId) -> module.happened(News.imported(accountId, agentId)));
        events.whenAdded(module::added);
        module.bus.onOthers(TOPIC, news -> news.forEach(module.viewers::tell));
        module.bus.onGap(() -> module.viewers.tell(News.reload(News.EVERYBODY)));
        base.housekeeping().every(PERIOD, "messages to pages", module::tick);
        base.housekeeping().write(module::tick);
    }

    private void added(long id, NewEvent event) {
        happened(News.event(event.accountId(), id, event.type().wire()));
        if (!event.rolloutId().isEmpty()) {
            happened(News.rollout(event.accountId(), event.rolloutId()));
        }
    }

    private void happened(News news) {
        // A single node without an open page has nothing to notify, and its devices don't wait for
        // it.
        if (database.postgres() || !viewers.none()) {
            outbox.add(news);
        }
    }

    private static String text(List<News> news) {
        return news.stream().map(News::line).collect(Collectors.joining("\n"));
    }

    // Line by line: news from another version may be unknown here.
    private static Optional<List<News>> read(String text) {
        return Optional.of(
                Arrays.stream(text.split("\n", -1))
                        .flatMap(line -> News.parse(line).stream())
                        .toList());
    }

    /** Sends what has happened since the last time. Never fails. */
    private synchronized void tick() {
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
        List<List<News>> messages =
                lost ? List.of(List.of(News.reload(News.EVERYBODY))) : packed(news);
        try {
            database.run(
                    Plane.BACKGROUND,
                    tx -> messages.forEach(message -> bus.send(tx, TOPIC, message)));
            lost = false;
        } catch (StoreException e) {
            if (!lost) {
                LOG.warn("other nodes could not be notified of changes here: {}", e.toString());
            }
            lost = true;
            retryAt = System.nanoTime() + RETRY.toNanos();
        }
    }

    static List<List<News>> packed(List<News> news) {
        var messages = new ArrayList<List<News>>();
        var message = new ArrayList<News>();
        int chars = 0;
        for (News one : news) {
            int more = one.line().length() + 1;
            if (chars + more > MOST_CHARS) {
                messages.add(List.copyOf(message));
                message.clear();
                chars = 0;
            }
            message.add(one);
            chars += more;
        }
        messages.add(List.copyOf(message));
        return messages;
    }
}
