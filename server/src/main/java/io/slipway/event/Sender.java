package io.slipway.event;

import io.slipway.account.Accounts;
import io.slipway.event.Delivery.DeliveryState;
import io.slipway.http.Json;
import io.slipway.http.ServerAddresses;
import io.slipway.http.ServerUrl;
import io.slipway.http.WebClient;
import io.slipway.sql.Database;
import io.slipway.sql.Plane;
import io.slipway.sql.Tx;
import java.io.IOException;
import java.net.InetAddress;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends deliveries. A sender claims each delivery in the database for a while, so that other nodes
 * leave it alone; if it crashes before recording the result, the delivery is sent again.
 * Thread-safe.
 */
final class Sender implements AutoCloseable {

    /** Concurrent sends on this node. */
    static final int AT_ONCE = 8;

    /** Concurrent sends to one webhook, on all nodes together. */
    static final int AT_ONCE_EACH = 2;

    /** After this many consecutive dead letters, a webhook is disabled. */
    static final int MOST_DEAD = 50;

    /** A claimed delivery is free again after this time, which is longer than a send can last. */
    static final Duration LEASE = Duration.ofSeconds(60);

    private static final Logger LOG = LoggerFactory.getLogger(Sender.class);
    private static final Duration LIMIT = Duration.ofSeconds(15);
    private static final int MAX_ERROR = 200;

    /** How long a webhook may occupy a sender while others wait. */
    private static final long TURN_NANOS = 1_000_000_000L;

    private final Database database;
    private final InstantSource clock;
    private final Accounts accounts;
    private final WebhookStore store;
    private final Events events;
    private final ServerAddresses addresses;
    private final WebClient client;
    private final SecureRandom random = new SecureRandom();
    private final Semaphore places = new Semaphore(AT_ONCE);
    private final Map<String, Integer> busy = new ConcurrentHashMap<>();
    private final ExecutorService threads =
            Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("webhook-", 0).factory());
    private volatile boolean closed;

    /** What is sent, where to and for which account. */
    private record ClaimedDelivery(
            Delivery delivery, Webhook webhook, List<String> secrets, Optional<Event> event) {}

    /**
     * The result of an attempt.
     *
     * @param status of the answer, 0 for none
     * @param error {@code ""} if it arrived
     */
    private record SendResult(int status, String error) {}

    Sender(
            Database database,
            InstantSource clock,
            Accounts accounts,
            WebhookStore store,
            Events events,
            ServerAddresses addresses,
            WebClient client) {
        this.database = database;
        this.clock = clock;
        this.accounts = accounts;
        this.store = store;
        this.events = events;
        this.addresses = addresses;
        this.client = client;
    }

    /** Starts to send due deliveries; does not wait for them. */
    void start() {
        List<String> due = database.read(Plane.CONSOLE, tx -> store.due(tx, clock.millis()));
        // So that no webhook is always first.
        Collections.shuffle(due, random);
        for (int place = 0; place < AT_ONCE_EACH; place++) {
            for (String id : due) {
                if (busy.getOrDefault(id, 0) < AT_ONCE_EACH && !start(id)) {
                    return;
                }
            }
        }
    }

    private boolean start(String id) {
        if (closed || !places.tryAcquire()) {
            return false;
        }
        busy.merge(id, 1, Integer::sum);
        threads.execute(() -> {
            try {
                turn(id);
            } catch (RuntimeException e) {
                // The claim expires after a while.
                LOG.warn("deliveries to webhook {} must wait: {}", id, e.toString());
            } finally {
                busy.computeIfPresent(id, (key, count) -> count == 1 ? null : count - 1);
                places.release();
            }
        });
        return true;
    }

    private void turn(String id) {
        long began = System.nanoTime();
        while (!closed && System.nanoTime() - began < TURN_NANOS) {
            Optional<ClaimedDelivery> claimed = database.write(Plane.CONSOLE, tx -> claim(tx, id));
            if (claimed.isEmpty()) {
                return;
            }
            SendResult outcome = send(claimed.get());
            // Interrupted by our own shutdown: not the receiver's fault, and sent again soon.
            if (!closed || outcome.error().isEmpty()) {
                database.run(Plane.CONSOLE, tx -> ended(tx, claimed.get(), outcome));
            }
        }
    }

    private Optional<ClaimedDelivery> claim(Tx tx, String id) {
        long now = clock.millis();
        WebhookStore.ReadPosition position = store.lock(tx, id).orElse(null);
        if (position == null || !position.webhook().active()) {
            return Optional.empty();
        }
        Webhook webhook = position.webhook();
        if (!accounts.active(tx, webhook.accountId())
                || DeliveryStore.sending(tx, id, now) >= AT_ONCE_EACH) {
            return Optional.empty();
        }
        return DeliveryStore.take(tx, id, now, now + LEASE.toMillis())
                .map(delivery ->
                        new ClaimedDelivery(
                                delivery,
                                webhook,
                                store.secrets(tx, id, now),
                                EventStore.find(tx, delivery.eventId())));
    }

    private SendResult send(ClaimedDelivery claimed) {
        Delivery delivery = claimed.delivery();
        if (claimed.event().isEmpty() && delivery.eventId() != 0) {
            return new SendResult(0, "the event is no longer stored");
        }
        byte[] body =
                Json.write(
                        claimed.event()
                                .map(EventView::of)
                                .orElseGet(() ->
                                        EventView.test(
                                                delivery.id(),
                                                delivery.createdAt(),
                                                claimed.webhook().accountId())));
        var headers = new LinkedHashMap<String, String>();
        headers.put("Content-Type", "application/json");
        headers.put("User-Agent", "Slipway");
        headers.put("X-Slipway-Event", delivery.type());
        headers.put("X-Slipway-Delivery", Long.toString(delivery.id()));
        headers.put(
                "X-Slipway-Signature",
                Signature.of(claimed.secrets(), clock.instant().getEpochSecond(), body));
        ServerUrl url =
                ServerUrl.parse(claimed.webhook().url(), "http", Webhook.MAX_URL).orElseThrow();
        long began = System.nanoTime();
        try {
            InetAddress address = addresses.resolve(url.host());
            Duration left = LIMIT.minusNanos(System.nanoTime() - began);
            int status = client.post(url, address, headers, body, left);
            return new SendResult(status, judged(status));
        } catch (IOException e) {
            String why = String.valueOf(e.getMessage());
            return new SendResult(0, why.substring(0, Math.min(MAX_ERROR, why.length())));
        }
    }

    private static String judged(int status) {
        if (status >= 200 && status < 300) {
            return "";
        }
        boolean redirect = status >= 300 && status < 400;
        return "HTTP " + status + (redirect ? ": redirects are not followed" : "");
    }

    private void ended(Tx tx, ClaimedDelivery claimed, SendResult outcome) {
        Delivery delivery = claimed.delivery();
        Webhook webhook = claimed.webhook();
        long now = clock.millis();
        OptionalLong wait = BackOff.after(delivery.progress().attempts(), random);
        boolean expired = claimed.event().isEmpty() && delivery.eventId() != 0;
        DeliveryState state =
                outcome.error().isEmpty()
                        ? DeliveryState.DELIVERED
                        : wait.isEmpty() || expired ? DeliveryState.DEAD : DeliveryState.WAITING;
        long dueAt = now + (state == DeliveryState.WAITING ? wait.orElse(0) : 0);
        boolean recorded =
                DeliveryStore.ended(
                        tx, delivery, state, outcome.status(), outcome.error(), dueAt, now);
        if (!recorded) {
            return;
        }
        switch (state) {
            case WAITING -> {}
            case DELIVERED -> store.arrived(tx, webhook.id());
            case DEAD -> died(tx, webhook, outcome, now);
        }
    }

    private void died(Tx tx, Webhook webhook, SendResult outcome, long now) {
        if (store.died(tx, webhook.id()) < MOST_DEAD) {
            return;
        }
        store.switchOff(
                tx, webhook.id(), MOST_DEAD + " dead letters in a row: " + outcome.error(), now);
        Map<String, Object> data = Map.of("webhookId", webhook.id(), "error", outcome.error());
        var off = new NewEvent(EventType.WEBHOOK_OFF, webhook.accountId(), "", "", "", data);
        events.add(tx, off);
    }

    /** Waits briefly for current sends; interrupted ones are repeated later. */
    @Override
    public void close() {
        closed = true;
        threads.shutdown();
        try {
            if (!threads.awaitTermination(3, TimeUnit.SECONDS)) {
                threads.shutdownNow();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
