package io.slipway.cluster;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
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
            long since) {}

    /** Replaces an older session of the same pair, here and on other nodes. */
    void opened(Live live);

    /** Does nothing if the session was replaced or closed before. */
    void closed(String sessionId);

    /**
     * Sets what ends a session of this node because another node has a newer one of its pair. It
     * runs on a thread that must not be kept waiting, and may be called twice for a session.
     */
    void onReplaced(Consumer<String> sessionId);

    /**
     * The newest session of each device that has one.
     *
     * @param deviceIds at most {@link #MAX_DEVICES}
     * @throws io.slipway.sql.StoreException if the database can't be read
     */
    Map<Long, Live> ofDevices(Collection<Long> deviceIds);

    /**
     * @throws io.slipway.sql.StoreException if the database can't be read and the session isn't
     *     here
     */
    Optional<Live> session(String sessionId);

    /**
     * Sessions, newest first.
     *
     * @param accountId null for those of all accounts
     * @param after the last one of the page before; null for the first page
     * @throws io.slipway.sql.StoreException if the database can't be read
     */
    List<Live> ofAccount(@Nullable String accountId, @Nullable String after, int limit);

    /**
     * How many sessions there are.
     *
     * @throws io.slipway.sql.StoreException if the database can't be read
     */
    long count();

    @Override
    void close();

    /** One node: what it has in memory is all there is. */
    final class Local implements Presence {
        private final LiveTable own = new LiveTable();

        @Override
        public void opened(Live live) {
            own.put(live);
        }

        @Override
        public void closed(String sessionId) {
            own.remove(sessionId);
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
        public void close() {}
    }
}
