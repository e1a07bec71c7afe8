package io.slipway.rollout.grant;

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
 * Our own outages: when this node answered errors, and when no node ran at all. While one lasts no
 * offer is made. An outage is written as soon as there is somewhere to write it. Thread-safe.
 */
final class OutageLog {

    /** So long without an error ends an outage. */
    static final Duration QUIET = Duration.ofSeconds(60);

    /** A node says every ten seconds that it lives; three missed are an outage. */
    static final Duration DEAD = Duration.ofSeconds(30);

    /** Nothing that is older matters to an attempt: a device is lost after 7 days. */
    private static final Duration MATTERS = Duration.ofDays(30);

    private static final Topic<Topic.Signal> TOPIC = Topic.signal("outage");

    private final Database database;
    private final Ids ids;
    private final ClusterClock clock;
    private final Bus bus;
    private final Events events;
    private final Object reloading = new Object();
    private volatile Outages over = Outages.NONE;
    // Of the outage that lasts: epoch ms, 0 for none.
    private long began;
    private long failedAt;
    // Its id, and until when it is said to have lasted so far.
    private long lasting;
    private long written;
    // Since when the clock can't be trusted, and the id of that; 0 while it can be.
    private long unsteadyFrom;
    private long unsteady;

    OutageLog(Database database, Ids ids, ClusterClock clock, Bus bus, Events events) {
        this.database = database;
        this.ids = ids;
        this.clock = clock;
        this.bus = bus;
        this.events = events;
        this.lasting = ids.next();
        // Whatever this node writes it reads by itself.
        bus.onOthers(TOPIC, news -> Thread.startVirtualThread(this::reload));
    }

    /** Notes that a device was answered with an error of ours, or not at all. */
    synchronized void failed() {
        long now = clock.millis();
        began = began == 0 ? now : began;
        failedAt = now;
    }

    /** Whether this node has answered errors in the last minute. */
    synchronized boolean lasts() {
        return began != 0;
    }

    /** All that matter, the one that lasts included. */
    synchronized Outages known() {
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

    /** Whether the time that something took can be told. */
    boolean measures() {
        return unsteadySince().isEmpty();
    }

    // Until it is written how long it was.
    private synchronized OptionalLong unsteadySince() {
        OptionalLong since = clock.unsteadySince();
        return since.isEmpty() && unsteady != 0 ? OptionalLong.of(unsteadyFrom) : since;
    }

    /** At the start: between the last sign of any node and now, nobody answered. */
    void start() {
        long now = clock.millis();
        database.run(
                Plane.BACKGROUND,
                tx -> {
                    OutageStore.alive(tx, now)
                            .filter(before -> now - before > DEAD.toMillis())
                            .ifPresent(before -> {
                                long to = Math.max(now, before + 1);
                                write(tx, ids.next(), before, to, "down");
                                tell(tx, before, to, "down");
                            });
                    // Whoever had an outage when it was killed never woke what waited for its end.
                    OutageStore.wake(tx, now);
                });
        reload();
    }

    /**
     * Every ten seconds: says that this node lives, and what it knows of its outage. It says so
     * already while it lasts, once there is a database again: devices that had an error from this
     * node may go on to tell another one that they are back on the old build.
     */
    void tick() {
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
            // The error was answered in this very moment: up to the next one it counts.
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
                        tell(tx, from, to, "errors");
                        OutageStore.forgetBefore(tx, now - MATTERS.toMillis());
                    }
                });
        if (news) {
            // At every moment it is known as one that lasts, as one that is over, or as both.
            reload();
            synchronized (this) {
                written = to;
            }
        }
        if (ended) {
            synchronized (this) {
                // Unless it has begun anew meanwhile.
                began = failedAt + 1 == to ? 0 : failedAt;
                lasting = ids.next();
            }
            // Only now: what is woken while it lasts goes back to sleep.
            database.run(Plane.BACKGROUND, tx -> OutageStore.wake(tx, now));
        }
    }

    // Written while it lasts, as an outage is: after a restart it still explains a silence.
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

    private void tell(Tx tx, long from, long to, String why) {
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

    // One at a time: what was read earlier must not replace what was read later.
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
