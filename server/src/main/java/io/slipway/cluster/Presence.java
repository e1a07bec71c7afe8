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
 * at once and never throw, even on an event loop; reads may block. Thread-safe.
 */
public sealed interface Presence extends AutoCloseable {

    /** The maximum number of devices for one {@link #ofDevices} call. */
    int MAX_DEVICES = 1000;

    /**
     * A live session.
     *
     * @param sessionId grows with time, as text
     * @param pairKey each pair has at most one live session
     * @param accountId the device's owner when the session began
     * @param node where the session is
     * @param since epoch ms
     */
    record LiveSession(
            String sessionId,
            String pairKey,
            long deviceId,
            String accountId,
            String node,
            long since,
            SessionDetails details) {

        public LiveSession {
            // Data that PostgreSQL can't store would block all other sessions in the batch, too.
            if (sessionId.indexOf('\0') >= 0 || pairKey.indexOf('\0') >= 0) {
                throw new IllegalArgumentException("not an id");
            }
        }

        /** The survivor of two sessions of a pair or a device. */
        static LiveSession newer(LiveSession one, LiveSession other) {
            int order = Long.compare(one.since, other.since);
            return order > 0 || (order == 0 && one.sessionId.compareTo(other.sessionId) > 0)
                    ? one
                    : other;
        }
    }

    /**
     * What people are shown of a live session.
     *
     * @param mac the device's
     * @param address the device's, as the server sees it
     * @param version of the firmware; empty if unknown
     * @param backend {@code echo} or {@code relay}
     */
    record SessionDetails(
            String agentId, String mac, String address, String version, String backend) {

        static final SessionDetails NONE = new SessionDetails("", "", "", "", "");
    }

    /** Replaces an older session of the same pair, here and on other nodes. */
    void opened(LiveSession session);

    /** Does nothing if the session was already replaced or closed. */
    void closed(String sessionId);

    /**
     * Registers a listener that ends a session of this node because another node has a newer one of
     * its pair: called at most once per session, which then counts as closed for all reads here. It
     * must not block.
     */
    void onReplaced(Consumer<String> sessionId);

    /** Receives the devices whose sessions open and close. */
    @FunctionalInterface
    interface PresenceListener {
        void changed(LiveSession session, boolean online);
    }

    /**
     * Registers a listener for sessions of this node that open and close; called from any thread,
     * it must not block.
     *
     * @param nodeGone runs when the sessions of a silent node were given up
     */
    void watch(PresenceListener listener, Runnable nodeGone);

    /**
     * The newest session of each device that has one.
     *
     * @param deviceIds at most {@link #MAX_DEVICES}
     * @throws StoreException if the database can't be read
     */
    Map<Long, LiveSession> ofDevices(Collection<Long> deviceIds);

    /**
     * @throws StoreException if the database can't be read and the session isn't here
     */
    Optional<LiveSession> session(String sessionId);

    /**
     * Sessions, newest first.
     *
     * @param accountId null for those of all accounts
     * @param after the last one of the previous page; null for the first page
     * @throws StoreException if the database can't be read
     */
    List<LiveSession> ofAccount(@Nullable String accountId, @Nullable String after, int limit);

    /**
     * How many sessions there are.
     *
     * @throws StoreException if the database can't be read
     */
    long count();

    /** Like {@link #count}, for an account. */
    long count(String accountId);

    @Override
    void close();

    /** A single node: its memory has all sessions. */
    final class Local implements Presence {
        private final LiveSessionTable own = new LiveSessionTable();
        private final Listeners<PresenceListener> listeners = new Listeners<>("presence");

        @Override
        public void opened(LiveSession session) {
            own.put(session);
            listeners.tell(listener -> listener.changed(session, true));
        }

        @Override
        public void closed(String sessionId) {
            LiveSession session = own.remove(sessionId);
            if (session != null) {
                boolean online = own.has(session.deviceId());
                listeners.tell(listener -> listener.changed(session, online));
            }
        }

        @Override
        public void watch(PresenceListener listener, Runnable nodeGone) {
            listeners.add(listener);
        }

        // There is no other node.
        @Override
        public void onReplaced(Consumer<String> sessionId) {}

        @Override
        public Map<Long, LiveSession> ofDevices(Collection<Long> deviceIds) {
            return own.ofDevices(deviceIds);
        }

        @Override
        public Optional<LiveSession> session(String sessionId) {
            return own.session(sessionId);
        }

        @Override
        public List<LiveSession> ofAccount(
                @Nullable String accountId, @Nullable String after, int limit) {
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
     * Several nodes over PostgreSQL. A node's memory is authoritative for its own sessions; a table
     * has a copy for the others, a fraction of a second old, or older while the database is
     * unavailable. If two nodes have a session of one pair, the one that began later survives.
     */
    final class Postgres implements Presence {
        private final Database database;
        private final Node node;
        private final LiveSessionTable own = new LiveSessionTable();
        private final PresenceCopy copy;
        private final Listeners<Consumer<String>> replaced =
                new Listeners<>("another node has a newer session");
        private final Listeners<PresenceListener> listeners = new Listeners<>("presence");
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
            bus.subscribe(PresenceCopy.REPLACED, this::received);
            bus.onGap(copy::compare);
        }

        private void received(NodeMessage message) {
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
        public void opened(LiveSession session) {
            own.put(session);
            copy.changed(session.pairKey());
            listeners.tell(listener -> listener.changed(session, true));
        }

        @Override
        public void closed(String sessionId) {
            LiveSession session = own.remove(sessionId);
            if (session != null) {
                copy.changed(session.pairKey());
                boolean online = own.has(session.deviceId());
                listeners.tell(listener -> listener.changed(session, online));
            }
        }

        @Override
        public void watch(PresenceListener listener, Runnable nodeGone) {
            listeners.add(listener);
            nodesGone.add(nodeGone);
        }

        @Override
        public void onReplaced(Consumer<String> sessionId) {
            replaced.add(sessionId);
        }

        @Override
        public Map<Long, LiveSession> ofDevices(Collection<Long> deviceIds) {
            Map<Long, LiveSession> found = own.ofDevices(deviceIds);
            for (LiveSession session :
                    database.read(
                            Plane.CONSOLE,
                            tx -> PresenceStore.ofDevices(tx, node.name(), deviceIds))) {
                found.merge(session.deviceId(), session, LiveSession::newer);
            }
            return found;
        }

        @Override
        public Optional<LiveSession> session(String sessionId) {
            Optional<LiveSession> here = own.session(sessionId);
            return here.isPresent()
                    ? here
                    : database.read(
                            Plane.CONSOLE, tx -> PresenceStore.session(tx, node.name(), sessionId));
        }

        @Override
        public List<LiveSession> ofAccount(
                @Nullable String accountId, @Nullable String after, int limit) {
            var all = new ArrayList<LiveSession>(own.ofAccount(accountId, after, limit));
            all.addAll(
                    database.read(
                            Plane.CONSOLE,
                            tx ->
                                    PresenceStore.ofAccount(
                                            tx, node.name(), accountId, after, limit)));
            all.sort(Comparator.comparing(LiveSession::sessionId).reversed());
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
