package io.slipway.cluster;

import io.slipway.cluster.CallFailed.CallFailureKind;
import io.slipway.cluster.CallStore.CallAnswer;
import io.slipway.cluster.CallStore.CallError;
import io.slipway.cluster.CallStore.CallRequest;
import io.slipway.cluster.CallStore.CallResult;
import io.slipway.sql.Database;
import io.slipway.sql.Plane;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Transports calls between nodes: a row holds the request and then the answer, and a message on the
 * bus signals it. Because a message may be lost, the rows are also polled twice a second.
 */
final class RemoteCalls implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(RemoteCalls.class);

    private static final Topic<NodeMessage> ASKED = NodeMessage.topic("asked");
    private static final Topic<NodeMessage> ANSWERED = NodeMessage.topic("answered");
    private static final Duration POLL = Duration.ofMillis(500);
    private static final int POLLS_A_CLEANING = 120;
    private static final int MAX_MESSAGE = 1_000;

    private final Database database;
    private final Bus bus;
    private final String node;
    private final CallHandlers handlers;
    private final Map<String, CompletableFuture<CallResult>> waiting = new ConcurrentHashMap<>();
    private final AtomicLong counter = new AtomicLong();
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final Thread poller;
    private volatile boolean closed;

    RemoteCalls(Database database, Bus bus, Node node, CallHandlers handlers) {
        this.database = database;
        this.bus = bus;
        this.node = node.name();
        this.handlers = handlers;
        bus.subscribe(ASKED, message -> received(message, this::serve));
        bus.subscribe(ANSWERED, message -> received(message, this::collect));
        poller = Thread.ofVirtual().name("calls").start(this::poll);
    }

    private void received(NodeMessage message, Consumer<String> work) {
        if (message.node().equals(node)) {
            start(() -> work.accept(message.id()));
        }
    }

    private void start(Runnable work) {
        if (!closed) {
            threads.execute(() -> {
                try {
                    work.run();
                } catch (RuntimeException e) {
                    // The row is still there for the next poll, or its caller gives up.
                    LOG.warn("a call between nodes is stuck: {}", e.getMessage());
                }
            });
        }
    }

    String call(String to, String op, String payload, Duration timeout) {
        String id = node + "-" + counter.incrementAndGet();
        var result = new CompletableFuture<CallResult>();
        waiting.put(id, result);
        try {
            boolean sent =
                    database.write(
                            Plane.CONSOLE,
                            tx -> {
                                if (!NodeStore.alive(tx, to)) {
                                    return false;
                                }
                                CallStore.insert(tx, id, node, to, op, payload, timeout);
                                bus.send(tx, ASKED, new NodeMessage(to, id));
                                return true;
                            });
            if (!sent) {
                throw new CallFailed(CallFailureKind.NODE_GONE, "there is no node " + to);
            }
            return switch (await(result, id, op, timeout)) {
                case CallAnswer answered -> answered.answer();
                case CallError failed -> throw new CallFailed(failed.kind(), failed.message());
            };
        } finally {
            waiting.remove(id);
        }
    }

    private CallResult await(
            CompletableFuture<CallResult> result, String id, String op, Duration timeout) {
        String why;
        try {
            return result.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            why = op + " took over " + timeout;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            why = "interrupted";
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        }
        start(() -> database.run(Plane.CONSOLE, tx -> CallStore.delete(tx, id)));
        return new CallError(CallFailureKind.TIMEOUT, why);
    }

    private void serve(String id) {
        Optional<CallRequest> taken =
                database.write(Plane.CONSOLE, tx -> CallStore.take(tx, node, id));
        if (taken.isEmpty()) {
            return;
        }
        CallRequest question = taken.get();
        CallResult result = answer(question);
        database.run(
                Plane.CONSOLE,
                tx -> {
                    if (CallStore.answer(tx, id, result)) {
                        bus.send(tx, ANSWERED, new NodeMessage(question.caller(), id));
                    }
                });
    }

    private CallResult answer(CallRequest question) {
        try {
            return new CallAnswer(
                    handlers.call(question.op(), question.payload(), question.left()));
        } catch (CallFailed e) {
            // NUL can't be stored, and the message is for a person, so a page of text is plenty.
            String message = String.valueOf(e.getMessage()).replace("\0", "");
            return new CallError(
                    e.kind(), message.substring(0, Math.min(MAX_MESSAGE, message.length())));
        }
    }

    private void collect(String id) {
        CompletableFuture<CallResult> result = waiting.get(id);
        if (result != null) {
            database.write(Plane.CONSOLE, tx -> CallStore.collect(tx, id))
                    .ifPresent(result::complete);
        }
    }

    private void poll() {
        for (int round = 1; !closed; round++) {
            try {
                Thread.sleep(POLL);
                look();
                if (round % POLLS_A_CLEANING == 0) {
                    database.run(Plane.CONSOLE, CallStore::clean);
                }
            } catch (InterruptedException e) {
                return;
            } catch (RuntimeException e) {
                // Current callers get an error; and presence logs once that the database is
                // unavailable.
                LOG.debug("calls of other nodes can't be read", e);
            }
        }
    }

    private void look() {
        database.read(Plane.CONSOLE, tx -> CallStore.waiting(tx, node))
                .forEach(id -> start(() -> serve(id)));
        List<String> mine = List.copyOf(waiting.keySet());
        if (!mine.isEmpty()) {
            database.read(Plane.CONSOLE, tx -> CallStore.answered(tx, node))
                    .forEach(id -> start(() -> collect(id)));
            for (String id : database.read(Plane.CONSOLE, tx -> CallStore.abandoned(tx, mine))) {
                CompletableFuture<CallResult> result = waiting.get(id);
                if (result != null) {
                    result.complete(
                            new CallError(CallFailureKind.NODE_GONE, "the node has shut down"));
                    start(() -> database.run(Plane.CONSOLE, tx -> CallStore.delete(tx, id)));
                }
            }
        }
    }

    @Override
    public void close() {
        closed = true;
        poller.interrupt();
        handlers.close();
        waiting.values()
                .forEach(result ->
                        result.complete(
                                new CallError(
                                        CallFailureKind.NODE_GONE, "this node is shutting down")));
        threads.shutdownNow();
    }
}
