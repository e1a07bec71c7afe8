package io.slipway.work;

import io.slipway.http.Problem;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/**
 * Platform threads for computation: password hashing and captcha drawing, verifying images
 * (decisions D7). On virtual threads it would block the carriers for all callers that only wait. As
 * many threads as cores, a bounded queue; thread-safe.
 */
public final class Cpu implements AutoCloseable {

    private static final int QUEUE = 256;
    private static final int WAIT_SECONDS = 10;

    private final ThreadPoolExecutor threads;

    public Cpu() {
        int cores = Runtime.getRuntime().availableProcessors();
        threads =
                new ThreadPoolExecutor(
                        cores,
                        cores,
                        60,
                        TimeUnit.SECONDS,
                        new ArrayBlockingQueue<>(QUEUE),
                        Thread.ofPlatform().name("cpu-", 0).daemon().factory());
        threads.allowCoreThreadTimeOut(true);
    }

    /**
     * Runs {@code work} and waits for it.
     *
     * @throws Problem 503 when the queue is full or it is not done after 10 seconds
     */
    public <T> T run(Supplier<T> work) {
        Future<T> running;
        try {
            running = threads.submit(work::get);
        } catch (RejectedExecutionException e) {
            throw busy();
        }
        try {
            return running.get(WAIT_SECONDS, TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            running.cancel(false);
            throw busy();
        } catch (InterruptedException e) {
            running.cancel(false);
            Thread.currentThread().interrupt();
            throw busy();
        } catch (ExecutionException e) {
            switch (e.getCause()) {
                case RuntimeException cause -> throw cause;
                case Error cause -> throw cause;
                case null, default -> throw new IllegalStateException(e);
            }
        }
    }

    private static Problem busy() {
        return new Problem(503, "服务器繁忙，请稍后再试", "The server is busy; try again");
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
