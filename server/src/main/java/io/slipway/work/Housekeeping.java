package io.slipway.work;

import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs what has to be done again and again; a task that fails is said and tried again. */
public final class Housekeeping implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Housekeeping.class);

    private final ScheduledExecutorService timer =
            Executors.newScheduledThreadPool(
                    3, Thread.ofPlatform().name("housekeeping-", 0).daemon().factory());

    /** Runs {@code task} {@code every} so often, counted from its end. */
    public void every(Duration every, String name, Runnable task) {
        var scheduled =
                timer.scheduleWithFixedDelay(
                        () -> run(name, task),
                        every.toMillis(),
                        every.toMillis(),
                        TimeUnit.MILLISECONDS);
        if (scheduled.isCancelled()) {
            throw new IllegalStateException("housekeeping is closed");
        }
    }

    /** Runs {@code task} once, now, beside everything else. */
    public void once(String name, Runnable task) {
        timer.execute(() -> run(name, task));
    }

    private static void run(String name, Runnable task) {
        try {
            task.run();
        } catch (RuntimeException e) {
            LOG.warn("{} failed and will be tried again: {}", name, e.toString());
        }
    }

    @Override
    public void close() {
        timer.shutdownNow();
        try {
            timer.awaitTermination(10, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
