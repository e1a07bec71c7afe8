package io.slipway.cluster;

import io.slipway.sql.Announcements;
import io.slipway.sql.Tx;
import java.security.SecureRandom;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/**
 * Short messages to all nodes, sent by a transaction that commits. Delivery is at most once: after
 * a gap the {@link #onGap} handlers run. Thread-safe.
 */
public sealed interface Bus extends AutoCloseable {

    /**
     * @param topic one word
     * @param payload at most 3900 characters
     */
    void send(Tx tx, String topic, String payload);

    /** Handlers run on one thread and must not block for long. */
    void on(String topic, Consumer<String> handler);

    /** As {@link #on}, but what this node sends itself does not come back to it. */
    void onOthers(String topic, Consumer<String> handler);

    /** Runs whenever messages may have been missed. */
    void onGap(Runnable handler);

    /** Whether all that other nodes sent until about 1.5 s ago has been delivered. */
    boolean current();

    @Override
    void close();

    /** One node: there is nobody else to tell. */
    final class Local implements Bus {
        @Override
        public void send(Tx tx, String topic, String payload) {}

        @Override
        public void on(String topic, Consumer<String> handler) {}

        @Override
        public void onOthers(String topic, Consumer<String> handler) {}

        @Override
        public void onGap(Runnable handler) {}

        @Override
        public boolean current() {
            return true;
        }

        @Override
        public void close() {}
    }

    /** Several nodes over PostgreSQL's LISTEN and NOTIFY. */
    final class Postgres implements Bus {
        private final Map<String, Consumer<String>> handlers = new ConcurrentHashMap<>();
        private final Set<String> fromOthers = ConcurrentHashMap.newKeySet();
        // Comes first in each message, and says whose it is.
        private final String self = Long.toHexString(new SecureRandom().nextLong());
        private final CopyOnWriteArrayList<Runnable> gaps = new CopyOnWriteArrayList<>();
        private final Announcements announcements;

        public Postgres(io.slipway.sql.DatabaseConfig config) {
            announcements =
                    new Announcements(config, this::deliver, () -> gaps.forEach(Runnable::run));
        }

        private void deliver(String message) {
            String[] parts = message.split(" ", 3);
            if (parts.length == 3) {
                Consumer<String> handler = handlers.get(parts[1]);
                boolean own = parts[0].equals(self);
                if (handler != null && !(own && fromOthers.contains(parts[1]))) {
                    handler.accept(parts[2]);
                }
            }
        }

        @Override
        public void send(Tx tx, String topic, String payload) {
            tx.announce(self + " " + topic + " " + payload);
        }

        @Override
        public void on(String topic, Consumer<String> handler) {
            handlers.put(topic, handler);
        }

        @Override
        public void onOthers(String topic, Consumer<String> handler) {
            fromOthers.add(topic);
            handlers.put(topic, handler);
        }

        @Override
        public void onGap(Runnable handler) {
            gaps.add(handler);
        }

        @Override
        public boolean current() {
            return announcements.current();
        }

        @Override
        public void close() {
            announcements.close();
        }
    }
}
