package io.slipway.cluster;

import io.slipway.sql.Database;
import io.slipway.sql.Plane;
import io.slipway.sql.StoreException;
import io.slipway.work.Listeners;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Which devices have a live voice session, on all nodes. {@link #opened} and {@link #closed} return
 * at once and never throw, also on an event loop; reads may block. Thread-safe.
 */
public sealed interface Presence extends AutoCloseable {

    /** The most devices that one {@link #ofDevices} asks for. */
    int MAX_DEVICES = 1000;

    /**
     * A live session.
     *
     * @param sessionId grows with time, as text
     * @param pairKey what a pair has one live session of
     * @param accountId the device's owner when the session began
     * @param node where the session is
     * @param address the device's, as the server sees it
     * @param version of the firmware; empty if unknown
     * @param backend {@code echo} or {@code relay}
     * @param since epoch ms
     */
    record Live(
            String sessionId,
            String pairKey,
            long deviceId,
            String accountId,
            String agentId,
            String mac,
            String node,
            String address,
            String version,
            String backend,
            long since) {

        public Live {
            // What PostgreSQL would not store would keep all others waiting, too.
            if (sessionId.indexOf('\0') >= 0 || pairKey.indexOf('\0') >= 0) {
                throw new IllegalArgumentException("not an id");
            }
        }

        /** Of two sessions of a pair or a device, the one that stays. */
        static Live newer(Live one, Live other) {
            int order = Long.compare(one.since, other.since);
            return order > 0 || (order == 0 && one.sessionId.compareTo(other.sessionId) > 0)
                    ? one
                    : other;
        }
    }

    /** Replaces an older session of the same pair, here and on other nodes. */
    void opened(Live live);

    /** Does nothing if the session was replaced or closed before. */
    void closed(String sessionId);

    /**
     * Adds what ends a session of this node because another node has a newer one of its pair: at
     * most once a session, which is closed then for all that is read here. It must not block.
     */
    void onReplaced(Consumer<String> sessionId);

    /** Is told of devices that come and go. */
    @FunctionalInterface
    interface Watcher {
        void changed(Live live, boolean online);
    }

    /**
     * Adds what is told of sessions of this node that open and close; from any thread, it must not
     * wait.
     *
     * @param nodeGone runs when the sessions of a node that fell silent were given up
     */
    void watch(Watcher watcher, Runnable nodeGone);

    /**
     * The newest session of each device that has one.
     *
     * @param deviceIds at most {@link #MAX_DEVICES}
     * @throws StoreException if the database can't be read
     */
    Map<Long, Live> ofDevices(Collection<Long> deviceIds);

    /**
     * @throws StoreException if the database can't be read and the session isn't here
     */
    Optional<Live> session(String sessionId);

    /**
     * Sessions, newest first.
     *
     * @param accountId null for those of all accounts
     * @param after the last one of the page before; null for the first page
     * @throws StoreException if the database can't be read
     */
    List<Live> ofAccount(@Nullable String accountId, @Nullable String after, int limit);

    /**
     * How many sessions there are.
     *
     * @throws StoreException if the database can't be read
     */
    long count();

    /** As {@link #count}, those of an account. */
    long count(String accountId);

    @Override
    void close();

    /** One node: what it has in memory is all there is. */
    final class Local implements Presence {
        private final LiveTable own = new LiveTable();
        private final Listeners<Watcher> watchers = new Listeners<>("presence");

        @Override
        public void opened(Live live) {
            own.put(live);
            watchers.tell(watcher -> watcher.changed(live, true));
        }

        @Override
        public void closed(String sessionId) {
            Live live = own.remove(sessionId);
            if (live != null) {
                boolean online = own.has(live.deviceId());
                watchers.tell(watcher -> watcher.changed(live, online));
            }
        }

        @Override
        public void watch(Watcher watcher, Runnable nodeGone) {
            watchers.add(watcher);
        }

        // There is no other node.
        @Override
        public void onReplaced(Consumer<String> sessionId) {}

        @Override
        public Map<Long, Live> ofDevices(Collection<Long> deviceIds) {
            return own.ofDevices(deviceIds);
        }

        @Override
        public Optional<Live> session(String sessionId) {
            return own.session(sessionId);
        }

        @Override
        public List<Live> ofAccount(@Nullable String accountId, @Nullable String after, int limit) {
            return own.ofAccount(accountId, after, limit);
        }

        @Override
        public long count() {
            return own.size();
        }

        @Override
        public long count(String accountId) {
            return own.size(accountId);
        }

        @Override
        public void close() {}
    }

    /**
     * Several nodes over PostgreSQL. A node's memory is the truth about its own sessions; a table
     * has a copy for the others, a fraction of a second old, or older while the database is gone.
     * When two nodes have a session of one pair, the one that began later stays.
     */
    final class Postgres implements Presence {
        private final Database database;
        private final Node node;
        private final LiveTable own = new LiveTable();
        private final PresenceCopy copy;
        private final Listeners<Consumer<String>> replaced =
                new Listeners<>("another node has a newer session");
        private final Listeners<Watcher> watchers = new Listeners<>("presence");
        private final Listeners<Runnable> nodesGone = new Listeners<>("a node fell silent");

        /**
         * @param skew how far this machine's clock is ahead of the database's, ms
         */
        public Postgres(Database database, Bus bus, Node node, LongSupplier skew) {
            this.database = database;
            this.node = node;
            copy =
                    new PresenceCopy(
                            database,
                            bus,
                            node,
                            own,
                            skew,
                            this::replaced,
                            () -> nodesGone.tell(Runnable::run));
            bus.on(PresenceCopy.REPLACED, this::heard);
            bus.onGap(copy::compare);
        }

        private void heard(ToNode message) {
            if (message.node().equals(node.name())) {
                replaced(message.id());
            }
        }

        private void replaced(String sessionId) {
            if (own.remove(sessionId) != null) {
                replaced.tell(listener -> listener.accept(sessionId));
            }
        }

        @Override
        public void opened(Live live) {
            own.put(live);
            copy.changed(live.pairKey());
            watchers.tell(watcher -> watcher.changed(live, true));
        }

        @Override
        public void closed(String sessionId) {
            Live live = own.remove(sessionId);
            if (live != null) {
                copy.changed(live.pairKey());
                boolean online = own.has(live.deviceId());
                watchers.tell(watcher -> watcher.changed(live, online));
            }
        }

        @Override
        public void watch(Watcher watcher, Runnable nodeGone) {
            watchers.add(watcher);
            nodesGone.add(nodeGone);
        }

        @Override
        public void onReplaced(Consumer<String> sessionId) {
            replaced.add(sessionId);
        }

        @Override
        public Map<Long, Live> ofDevices(Collection<Long> deviceIds) {
            Map<Long, Live> found = own.ofDevices(deviceIds);
            for (Live live :
                    database.read(
                            Plane.CONSOLE,
                            tx -> PresenceStore.ofDevices(tx, node.name(), deviceIds))) {
                found.merge(live.deviceId(), live, Live::newer);
            }
            return found;
        }

        @Override
        public Optional<Live> session(String sessionId) {
            Optional<Live> here = own.session(sessionId);
            return here.isPresent()
                    ? here
                    : database.read(
                            Plane.CONSOLE, tx -> PresenceStore.session(tx, node.name(), sessionId));
        }

        @Override
        public List<Live> ofAccount(@Nullable String accountId, @Nullable String after, int limit) {
            var all = new ArrayList<Live>(own.ofAccount(accountId, after, limit));
            all.addAll(
                    database.read(
                            Plane.CONSOLE,
                            tx ->
                                    PresenceStore.ofAccount(
                                            tx, node.name(), accountId, after, limit)));
            all.sort(Comparator.comparing(Live::sessionId).reversed());
            return List.copyOf(all.subList(0, Math.min(limit, all.size())));
        }

        @Override
        public long count() {
            return own.size()
                    + database.read(Plane.CONSOLE, tx -> PresenceStore.count(tx, node.name()));
        }

        @Override
        public long count(String accountId) {
            return own.size(accountId)
                    + database.read(
                            Plane.CONSOLE, tx -> PresenceStore.count(tx, node.name(), accountId));
        }

        @Override
        public void close() {
            copy.close();
        }
    }
}
