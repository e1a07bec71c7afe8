package io.slipway.cluster;

import io.slipway.sql.Database;
import io.slipway.sql.StoreException;
import java.time.Duration;
import java.util.function.Function;

/** Calls to the node that has a session. Thread-safe. */
public sealed interface Calls extends AutoCloseable {

    /** The maximum size of a payload, in bytes of UTF-8; it may not contain the character 0. */
    int MAX_PAYLOAD = 64 * 1024;

    /** The maximum size of an answer, in bytes of UTF-8. */
    int MAX_ANSWER = 256 * 1024;

    /** The maximum time that a call may wait. */
    Duration MAX_WAIT = Duration.ofMinutes(5);

    /**
     * Sets the handler of calls of {@code op}. Each call runs on its own virtual thread, which is
     * interrupted when the caller's time is up. An exception reaches the caller as {@link
     * CallFailed.CallFailureKind#FAILED} with its message.
     *
     * @param op one word
     * @throws IllegalStateException if there is already a handler
     */
    void handle(String op, Function<String, String> handler);

    /**
     * Blocks until {@code node} has answered. If this throws, the work may have been done
     * nevertheless.
     *
     * @throws CallFailed if there is no answer
     * @throws StoreException if the request can't be made, because the database fails
     */
    String call(String node, String op, String payload, Duration timeout);

    @Override
    void close();

    /** A single node, which calls itself. */
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
     * sends heartbeats.
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
