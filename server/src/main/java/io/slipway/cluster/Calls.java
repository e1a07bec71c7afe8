package io.slipway.cluster;

import io.slipway.sql.Database;
import io.slipway.sql.StoreException;
import java.time.Duration;
import java.util.function.Function;

/** Asks the node that has a session to do something with it. Thread-safe. */
public sealed interface Calls extends AutoCloseable {

    /** The longest payload, in bytes of UTF-8; it may not contain the character 0. */
    int MAX_PAYLOAD = 64 * 1024;

    /** The longest answer, in bytes of UTF-8. */
    int MAX_ANSWER = 256 * 1024;

    /** The longest that a call may wait. */
    Duration MAX_WAIT = Duration.ofMinutes(5);

    /**
     * Sets what answers calls of {@code op}, each on a virtual thread of its own, which is
     * interrupted when the caller's time is up. What it throws reaches the caller as {@link
     * CallFailed.CallFailureKind#FAILED} with the exception's message.
     *
     * @param op one word
     * @throws IllegalStateException if there is something already that answers them
     */
    void handle(String op, Function<String, String> handler);

    /**
     * Blocks until {@code node} has answered. When this throws, the work may have been done all the
     * same.
     *
     * @throws CallFailed if there is no answer
     * @throws StoreException if the node can't be asked, because the database fails
     */
    String call(String node, String op, String payload, Duration timeout);

    @Override
    void close();

    /** One node, which calls itself. */
    final class Local implements Calls {
        private final Node node;
        private final CallHandlers handlers = new CallHandlers();

        public Local(Node node) {
            this.node = node;
        }

        @Override
        public void handle(String op, Function<String, String> handler) {
            handlers.handle(op, handler);
        }

        @Override
        public String call(String to, String op, String payload, Duration timeout) {
            CallHandlers.check(payload, timeout);
            if (!to.equals(node.name())) {
                throw new CallFailed(
                        CallFailed.CallFailureKind.NODE_GONE, "there is no node " + to);
            }
            return handlers.call(op, payload, timeout);
        }

        @Override
        public void close() {
            handlers.close();
        }
    }

    /**
     * Several nodes over PostgreSQL. A node can be called as long as its {@link Presence.Postgres}
     * gives signs of life.
     */
    final class Postgres implements Calls {
        private final Node node;
        private final CallHandlers handlers = new CallHandlers();
        private final RemoteCalls remote;

        public Postgres(Database database, Bus bus, Node node) {
            this.node = node;
            remote = new RemoteCalls(database, bus, node, handlers);
        }

        @Override
        public void handle(String op, Function<String, String> handler) {
            handlers.handle(op, handler);
        }

        @Override
        public String call(String to, String op, String payload, Duration timeout) {
            CallHandlers.check(payload, timeout);
            return to.equals(node.name())
                    ? handlers.call(op, payload, timeout)
                    : remote.call(to, op, payload, timeout);
        }

        @Override
        public void close() {
            remote.close();
        }
    }
}
