package io.slipway.cluster;

import io.slipway.cluster.CallFailed.CallFailureKind;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Handles calls on this node. Thread-safe. */
final class CallHandlers implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(CallHandlers.class);

    /** Concurrent calls; people make them, so there are few. */
    private static final int MAX_RUNNING = 256;

    private final Map<String, Function<String, String>> handlers = new ConcurrentHashMap<>();
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final AtomicInteger running = new AtomicInteger();

    void handle(String op, Function<String, String> handler) {
        if (handlers.putIfAbsent(op, handler) != null) {
            throw new IllegalStateException("calls of " + op + " are already answered");
        }
    }

    /** A programming error, so not a {@link CallFailed}. */
    static void check(String payload, Duration timeout) {
        if (!fits(payload, Calls.MAX_PAYLOAD)) {
            throw new IllegalArgumentException("the payload is too long, or not text");
        }
        if (!timeout.isPositive() || timeout.compareTo(Calls.MAX_WAIT) > 0) {
            throw new IllegalArgumentException("not a time to wait: " + timeout);
        }
    }

    /** Runs the handler and waits at most {@code timeout} for it. */
    String call(String op, String payload, Duration timeout) {
        Function<String, String> handler = handlers.get(op);
        if (handler == null) {
            throw new CallFailed(CallFailureKind.FAILED, "unknown operation " + op);
        }
        if (running.incrementAndGet() > MAX_RUNNING) {
            running.decrementAndGet();
            throw new CallFailed(CallFailureKind.FAILED, "too many calls at once");
        }
        var work = new FutureTask<>(() -> handler.apply(payload));
        try {
            threads.execute(() -> run(work));
        } catch (RejectedExecutionException e) {
            running.decrementAndGet();
            throw new CallFailed(CallFailureKind.NODE_GONE, "this node is shutting down");
        }
        String answer = wait(work, op, timeout);
        if (answer == null || !fits(answer, Calls.MAX_ANSWER)) {
            throw new CallFailed(CallFailureKind.FAILED, "the answer is too long, or not text");
        }
        return answer;
    }

    private void run(FutureTask<String> work) {
        try {
            work.run();
        } finally {
            running.decrementAndGet();
        }
    }

    private static String wait(Future<String> work, String op, Duration timeout) {
        try {
            return work.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            work.cancel(true);
            throw new CallFailed(CallFailureKind.TIMEOUT, op + " took over " + timeout);
        } catch (InterruptedException e) {
            work.cancel(true);
            Thread.currentThread().interrupt();
            throw new CallFailed(CallFailureKind.TIMEOUT, "interrupted");
        } catch (ExecutionException e) {
            Throwable cause = e.getCause();
            if (cause instanceof CallFailed failed) {
                throw failed;
            }
            LOG.warn("{} failed: {}", op, String.valueOf(cause));
            String message = cause == null ? null : cause.getMessage();
            throw new CallFailed(CallFailureKind.FAILED, message == null ? "it failed" : message);
        }
    }

    // PostgreSQL's texts can't contain the character 0, and a single node should behave like
    // several.
    private static boolean fits(String text, int max) {
        return text.indexOf('\0') < 0 && text.getBytes(StandardCharsets.UTF_8).length <= max;
    }

    /** Interrupts running calls. */
    @Override
    public void close() {
        threads.shutdownNow();
    }
}
