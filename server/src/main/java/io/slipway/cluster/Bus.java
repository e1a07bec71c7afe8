package io.slipway.cluster;

import io.slipway.sql.Announcements;
import io.slipway.sql.DatabaseConfig;
import io.slipway.sql.Tx;
import io.slipway.work.Listeners;
import java.security.SecureRandom;
import java.util.function.Consumer;

/**
 * Short messages to all nodes, sent when a transaction commits. Delivery is at most once: after a
 * gap the {@link #onGap} handlers run. A topic may have several handlers, each of which gets every
 * message; a failing handler does not affect the others. Thread-safe.
 */
public sealed interface Bus extends AutoCloseable {

    /** The maximum length of a message. */
    int MAX_CHARS = 3_900;

    <T> void send(Tx tx, Topic<T> topic, T message);

    /**
     * Adds a handler. Handlers run on one thread and must not block for long; with SQLite that is
     * the thread of the transaction that sent the message, after its commit.
     */
    <T> void subscribe(Topic<T> topic, Consumer<? super T> handler);

    /** Like {@link #subscribe}, without this node's own messages. */
    <T> void onOthers(Topic<T> topic, Consumer<? super T> handler);

    /** Adds a handler that runs whenever messages may have been missed. */
    void onGap(Runnable handler);

    /** Whether all messages that other nodes sent until about 1.5 s ago have been delivered. */
    boolean current();

    @Override
    void close();

    /** A single node: there are no other nodes, and nothing is missed. */
    final class Local implements Bus {
        private final TopicHandlers handlers = new TopicHandlers();

        @Override
        public <T> void send(Tx tx, Topic<T> topic, T message) {
            var listeners = handlers.of(topic.name());
            if (!listeners.isEmpty()) {
                String text = topic.write().apply(message);
                tx.afterCommit(() -> listeners.tell(handler -> handler.hear(text, true)));
            }
        }

        @Override
        public <T> void subscribe(Topic<T> topic, Consumer<? super T> handler) {
            handlers.add(topic, false, handler);
        }

        @Override
        public <T> void onOthers(Topic<T> topic, Consumer<? super T> handler) {}

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
        private final TopicHandlers handlers = new TopicHandlers();
        // The prefix of each message, which identifies its sender.
        private final String self = Long.toHexString(new SecureRandom().nextLong());
        private final Listeners<Runnable> gaps = new Listeners<>("messages were missed");
        private final Announcements announcements;

        public Postgres(DatabaseConfig config) {
            // Failures are retried: a gap begins with a new connection.
            announcements =
                    new Announcements(config, this::deliver, () -> gaps.tellOrThrow(Runnable::run));
        }

        private void deliver(String message) {
            String[] parts = message.split(" ", 3);
            if (parts.length == 3) {
                boolean own = parts[0].equals(self);
                // A failure counts as a gap, so it must be noticed.
                handlers.of(parts[1]).tellOrThrow(handler -> handler.hear(parts[2], own));
            }
        }

        @Override
        public <T> void send(Tx tx, Topic<T> topic, T message) {
            tx.announce(self + " " + topic.name() + " " + topic.write().apply(message));
        }

        @Override
        public <T> void subscribe(Topic<T> topic, Consumer<? super T> handler) {
            handlers.add(topic, false, handler);
        }

        @Override
        public <T> void onOthers(Topic<T> topic, Consumer<? super T> handler) {
            handlers.add(topic, true, handler);
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
