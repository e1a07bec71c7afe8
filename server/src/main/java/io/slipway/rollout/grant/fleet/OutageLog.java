package io.slipway.rollout.grant.fleet;

import io.slipway.cluster.Bus;
import io.slipway.cluster.ClusterClock;
import io.slipway.cluster.Topic;
import io.slipway.event.EventType;
import io.slipway.event.Events;
import io.slipway.event.NewEvent;
import io.slipway.rollout.rules.attempt.Outages;
import io.slipway.rollout.store.OutageStore;
import io.slipway.sql.Database;
import io.slipway.sql.Ids;
import io.slipway.sql.Plane;
import io.slipway.sql.Tx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Map;
import java.util.OptionalLong;

/**
 * Outages of this server: when this node answered with errors, and when no node ran at all. During
 * an outage no offers are made. An outage is recorded as soon as the database can be written.
 * Thread-safe.
 */
public final class OutageLog {

    /** An outage ends after this time without an error. */
    static final Duration QUIET = Duration.ofSeconds(60);

    /** A node sends a heartbeat every ten seconds; three missed ones are an outage. */
    static final Duration DEAD = Duration.ofSeconds(30);

    /** Older outages no longer matter to any attempt: a device is lost after 7 days. */
    private static final Duration MATTERS = Duration.ofDays(30);

    private static final Topic<Topic.Signal> TOPIC = Topic.signal("outage");

    private final Database database;
    private final Ids ids;
    private final ClusterClock clock;
    private final Bus bus;
    private final Events events;
    private final Object reloading = new Object();
    private volatile Outages over = Outages.NONE;
    // Start of the current outage: epoch ms, 0 for none.
    private long began;
    private long failedAt;
    // Its id, and its recorded end so far.
    private long lasting;
    private long written;
    // Since when the clock can't be trusted, and the id of that step; 0 while it can be.
    private long unsteadyFrom;
    private long unsteady;

    public OutageLog(Database database, Ids ids, ClusterClock clock, Bus bus, Events events) {
        this.database = database;
        this.ids = ids;
        this.clock = clock;
        this.bus = bus;
        this.events = events;
        this.lasting = ids.next();
        // This node applies its own writes itself.
        bus.onOthers(TOPIC, news -> Thread.startVirtualThread(this::reload));
    }

    /** Records that a device was answered with a server error, or not at all. */
    public synchronized void failed() {
        long now = clock.millis();
        began = began == 0 ? now : began;
        failedAt = now;
    }

    /** Whether this node has answered with errors in the last minute. */
    public synchronized boolean lasts() {
        return began != 0;
    }

    /** All that still matter, including the current one. */
    public synchronized Outages known() {
        OptionalLong since = unsteadySince();
        if (began == 0 && since.isEmpty()) {
            return over;
        }
        var spans = new ArrayList<>(over.spans());
        if (began != 0) {
            spans.add(new Outages.Span(began, Long.MAX_VALUE));
        }
        var steps = new ArrayList<>(over.steps());
        since.ifPresent(from -> steps.add(new Outages.Span(from, Long.MAX_VALUE)));
        return new Outages(spans, steps);
    }

    /** Whether durations can be trusted. */
    public boolean measures() {
        return unsteadySince().isEmpty();
    }

    // Set until the length of the step is recorded.
    private synchronized OptionalLong unsteadySince() {
        OptionalLong since = clock.unsteadySince();
        return since.isEmpty() && unsteady != 0 ? OptionalLong.of(unsteadyFrom) : since;
    }

    /** At startup: between the last heartbeat of any node and now, nobody answered. */
    public void start() {
        long now = clock.millis();
        database.run(
                Plane.BACKGROUND,
                tx -> {
                    OutageStore.alive(tx, now)
                            .filter(before -> now - before > DEAD.toMillis())
                            .ifPresent(before -> {
                                long to = Math.max(now, before + 1);
                                write(tx, ids.next(), before, to, "down");
                                addEvent(tx, before, to, "down");
                            });
                    // A node that was killed during an outage never woke the attempts that waited
                    // for its end.
                    OutageStore.wake(tx, now);
                });
        reload();
    }

    /**
     * Every ten seconds: records a heartbeat and the state of the current outage. That is recorded
     * while the outage lasts, as soon as the database works again: devices that got an error from
     * this node may already report to another one that they are back on the old build.
     */
    public void tick() {
        unsteady();
        long now = clock.millis();
        long id;
        long from;
        long to;
        boolean ended;
        boolean news;
        synchronized (this) {
            id = lasting;
            from = began;
            // Inclusive of the millisecond of the error.
            to = failedAt + 1;
            ended = began != 0 && now - failedAt >= QUIET.toMillis();
            news = began != 0 && (ended || to != written);
        }
        database.run(
                Plane.BACKGROUND,
                tx -> {
                    OutageStore.alive(tx, now);
                    if (news) {
                        write(tx, id, from, to, "errors");
                    }
                    if (ended) {
                        addEvent(tx, from, to, "errors");
                        OutageStore.forgetBefore(tx, now - MATTERS.toMillis());
                    }
                });
        if (news) {
            // At any moment it must be known as current, as over, or both.
            reload();
            synchronized (this) {
                written = to;
            }
        }
        if (ended) {
            synchronized (this) {
                // Unless it has started again meanwhile.
                began = failedAt + 1 == to ? 0 : failedAt;
                lasting = ids.next();
            }
            // Only now: an attempt woken during the outage would go back to waiting.
            database.run(Plane.BACKGROUND, tx -> OutageStore.wake(tx, now));
        }
    }

    // Recorded while it lasts, like an outage: it must still explain silence after a restart.
    private void unsteady() {
        long id;
        long from;
        boolean ended;
        synchronized (this) {
            OptionalLong since = clock.unsteadySince();
            ended = since.isEmpty();
            if (ended && unsteady == 0) {
                return;
            }
            unsteady = unsteady == 0 ? ids.next() : unsteady;
            unsteadyFrom = since.orElse(unsteadyFrom);
            id = unsteady;
            from = unsteadyFrom;
        }
        long now = clock.millis();
        long to = Math.max(now, from + 1);
        database.run(Plane.BACKGROUND, tx -> write(tx, id, from, to, OutageStore.CLOCK));
        reload();
        if (ended) {
            synchronized (this) {
                unsteady = 0;
            }
            database.run(Plane.BACKGROUND, tx -> OutageStore.wake(tx, now));
        }
    }

    private void write(Tx tx, long id, long from, long to, String why) {
        OutageStore.put(tx, id, new Outages.Span(from, to), why);
        bus.send(tx, TOPIC, Topic.Signal.NEWS);
    }

    private void addEvent(Tx tx, long from, long to, String why) {
        events.add(
                tx,
                new NewEvent(
                        EventType.OUTAGE,
                        "",
                        "",
                        "",
                        "",
                        Map.of("from", from, "to", to, "why", why)));
    }

    // One at a time: an earlier read must not overwrite a later one.
    private void reload() {
        synchronized (reloading) {
            read();
        }
    }

    private void read() {
        long since = clock.millis() - MATTERS.toMillis();
        over = database.read(Plane.BACKGROUND, tx -> OutageStore.since(tx, since));
    }
}
