package io.slipway.cluster;

import io.slipway.cluster.Presence.LiveSession;
import io.slipway.cluster.PresenceStore.SessionAtNode;
import io.slipway.cluster.PresenceStore.WriteResult;
import io.slipway.sql.Chunks;
import io.slipway.sql.Database;
import io.slipway.sql.Plane;
import io.slipway.sql.StoreException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Synchronizes the table {@code presence} with this node's memory, and sends the node's heartbeat,
 * on its own thread: opening and closing sessions never wait for it. What could not be written is
 * written when the database is back.
 */
final class PresenceCopy implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(PresenceCopy.class);

    static final Topic<NodeMessage> REPLACED = NodeMessage.topic("replaced");

    /** Between two batches, unless one was full. */
    private static final long PAUSE_NANOS = Duration.ofMillis(200).toNanos();

    private static final long BEAT_NANOS = Duration.ofSeconds(5).toNanos();
    private static final long CLEAN_NANOS = Duration.ofSeconds(10).toNanos();

    /** Differences of any cause last no longer than this. */
    private static final long COMPARE_NANOS = Duration.ofSeconds(60).toNanos();

    private static final Duration RETRY = Duration.ofSeconds(1);
    private static final Duration LAST = Duration.ofSeconds(3);

    /** Sessions per transaction. */
    private static final int BATCH = 1_000;

    private static final int READ = 5_000;

    /**
     * The maximum number of closed pairs in the queue; beyond it, the tables are compared instead.
     */
    private static final int MAX_CLOSED = 100_000;

    private final Database database;
    private final Bus bus;
    private final Node node;
    private final LiveSessionTable own;
    private final LongSupplier skew;
    private final Consumer<String> lost;
    private final Runnable nodeGone;
    private final Thread thread;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition work = lock.newCondition();
    private LinkedHashSet<String> changed = new LinkedHashSet<>();
    // At startup, too: an earlier run may have left rows.
    private boolean compare = true;
    private boolean closed;

    private long beatAt;
    private long cleanedAt;
    private long comparedAt;
    private boolean earlierGone;
    private boolean failing;

    /**
     * @param own this node's sessions
     * @param skew how far this machine's clock is ahead of the database's, ms
     * @param lost receives sessions of this node that are superseded by another node's
     * @param nodeGone runs when a silent node's sessions were given up
     */
    PresenceCopy(
            Database database,
            Bus bus,
            Node node,
            LiveSessionTable own,
            LongSupplier skew,
            Consumer<String> lost,
            Runnable nodeGone) {
        this.database = database;
        this.bus = bus;
        this.node = node;
        this.own = own;
        this.skew = skew;
        this.lost = lost;
        this.nodeGone = nodeGone;
        this.cleanedAt = System.nanoTime();
        this.beatAt = cleanedAt - BEAT_NANOS;
        this.comparedAt = cleanedAt;
        this.thread = Thread.ofPlatform().name("presence").daemon().start(this::run);
    }

    /** This pair has a different session, or none. Returns at once. */
    void changed(String pairKey) {
        int size = own.size();
        lock.lock();
        try {
            if (changed.size() >= size + MAX_CLOSED) {
                changed = new LinkedHashSet<>();
                compare = true;
            }
            changed.add(pairKey);
            work.signal();
        } finally {
            lock.unlock();
        }
    }

    /** The table may have changed without notice. Returns at once. */
    void compare() {
        lock.lock();
        try {
            compare = true;
            work.signal();
        } finally {
            lock.unlock();
        }
    }

    private void run() {
        while (awaitWork()) {
            try {
                round();
                if (failing) {
                    failing = false;
                    LOG.info("live sessions are shared with other nodes again");
                }
            } catch (StoreException e) {
                if (!failing) {
                    LOG.warn("live sessions can't currently be shared: {}", e.getMessage());
                }
                failing = true;
                rest(RETRY);
            } catch (RuntimeException e) {
                if (!failing) {
                    LOG.error("live sessions can't currently be shared", e);
                }
                failing = true;
                rest(RETRY);
            }
        }
        leave();
    }

    // False at shutdown.
    private boolean awaitWork() {
        lock.lock();
        try {
            long wait = beatAt + BEAT_NANOS - System.nanoTime();
            while (!closed && !compare && changed.isEmpty() && wait > 0) {
                wait = work.awaitNanos(wait);
            }
            return !closed;
        } catch (InterruptedException e) {
            return false;
        } finally {
            lock.unlock();
        }
    }

    private void round() {
        long now = System.nanoTime();
        if (takeCompare() || now - comparedAt > COMPARE_NANOS) {
            try {
                compareAll();
            } catch (RuntimeException e) {
                compare();
                throw e;
            }
            comparedAt = now;
        }
        List<String> pairs = take();
        try {
            write(pairs);
        } catch (RuntimeException e) {
            giveBack(pairs);
            throw e;
        }
        if (now - cleanedAt > CLEAN_NANOS) {
            if (database.write(Plane.CONSOLE, NodeStore::deleteSilent) > 0) {
                deleteOrphans();
                nodeGone.run();
            }
            cleanedAt = now;
        }
        if (pairs.size() < BATCH) {
            rest(Duration.ofNanos(PAUSE_NANOS));
        }
    }

    private void write(List<String> pairs) {
        var sessions = new ArrayList<LiveSession>();
        var gone = new ArrayList<String>();
        for (String pair : pairs) {
            own.ofPair(pair).ifPresentOrElse(sessions::add, () -> gone.add(pair));
        }
        WriteResult written =
                database.write(
                        Plane.CONSOLE,
                        tx -> {
                            if (!NodeStore.beat(tx, node.name(), skew.getAsLong())) {
                                tx.afterCommit(this::compare);
                            }
                            PresenceStore.delete(tx, node.name(), gone);
                            WriteResult done = PresenceStore.write(tx, node.name(), sessions);
                            for (SessionAtNode old : done.replaced()) {
                                if (!old.node().equals(node.name())) {
                                    var ended = new NodeMessage(old.node(), old.sessionId());
                                    bus.send(tx, REPLACED, ended);
                                }
                            }
                            return done;
                        });
        beatAt = System.nanoTime();
        giveBack(written.again());
        written.lost().forEach(lost);
    }

    // Reads this node's rows of the table, and marks the differences.
    private void compareAll() {
        if (!earlierGone) {
            database.run(Plane.CONSOLE, tx -> NodeStore.delete(tx, node.earlier()));
            earlierGone = true;
        }
        deleteOrphans();
        var same = new HashSet<String>();
        String after = "";
        List<LiveSession> page;
        do {
            String from = after;
            page =
                    database.read(
                            Plane.CONSOLE, tx -> PresenceStore.own(tx, node.name(), from, READ));
            for (LiveSession row : page) {
                after = row.pairKey();
                boolean equal =
                        own.ofPair(after)
                                .filter(session -> session.sessionId().equals(row.sessionId()))
                                .isPresent();
                if (equal) {
                    same.add(after);
                } else {
                    changed(after);
                }
            }
        } while (page.size() == READ);
        for (String pair : own.pairs()) {
            if (!same.contains(pair)) {
                changed(pair);
            }
        }
    }

    // Of nodes that left or fell silent.
    private void deleteOrphans() {
        Chunks.delete(database, NodeStore::deleteOrphans);
    }

    private boolean takeCompare() {
        lock.lock();
        try {
            boolean taken = compare;
            compare = false;
            return taken;
        } finally {
            lock.unlock();
        }
    }

    private List<String> take() {
        lock.lock();
        try {
            var taken = new ArrayList<String>(Math.min(BATCH, changed.size()));
            while (taken.size() < BATCH && !changed.isEmpty()) {
                taken.add(changed.removeFirst());
            }
            return taken;
        } finally {
            lock.unlock();
        }
    }

    private void giveBack(List<String> pairs) {
        lock.lock();
        try {
            changed.addAll(pairs);
        } finally {
            lock.unlock();
        }
    }

    private void rest(Duration pause) {
        lock.lock();
        try {
            long wait = pause.toNanos();
            while (!closed && wait > 0) {
                wait = work.awaitNanos(wait);
            }
        } catch (InterruptedException e) {
            closed = true;
        } finally {
            lock.unlock();
        }
    }

    // So that others need not wait until this node's silence is noticed.
    private void leave() {
        try {
            database.run(Plane.CONSOLE, tx -> NodeStore.delete(tx, node.name()));
            deleteOrphans();
        } catch (RuntimeException e) {
            LOG.warn("other nodes could not be notified of this node's end: {}", e.getMessage());
        }
    }

    /** Waits at most 3 s. */
    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            work.signal();
        } finally {
            lock.unlock();
        }
        try {
            if (!thread.join(LAST)) {
                LOG.warn(
                        "other nodes will notice this node's end only after its"
                                + " heartbeat has expired");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
