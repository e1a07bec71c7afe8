package io.slipway.work;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs periodic tasks; a failure is logged and the task runs again. Features register their tasks
 * during installation, on one thread; none runs before {@link #start}.
 */
public final class Housekeeping implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Housekeeping.class);

    private record Periodic(Duration every, String name, Runnable task) {}

    private record Once(String name, Runnable task) {}

    private final ScheduledExecutorService timer =
            Executors.newScheduledThreadPool(
                    3, Thread.ofPlatform().name("housekeeping-", 0).daemon().factory());
    private final List<Once> firsts = new ArrayList<>();
    private final List<Periodic> periodics = new ArrayList<>();
    private final List<Runnable> writes = new ArrayList<>();

    /** Runs {@code task} repeatedly, with a pause of {@code every} in between. */
    public void every(Duration every, String name, Runnable task) {
        periodics.add(new Periodic(every, name, task));
    }

    /** Runs {@code task} once, at startup, in the background. */
    public void once(String name, Runnable task) {
        firsts.add(new Once(name, task));
    }

    /** Registers a task that persists data held in memory, for {@link #flush}. */
    public void write(Runnable task) {
        writes.add(task);
    }

    /** Starts the tasks; no more may be registered afterwards. */
    public void start() {
        for (Once first : firsts) {
            timer.execute(() -> run(first.name(), first.task()));
        }
        for (Periodic one : periodics) {
            long period = one.every().toMillis();
            var scheduled =
                    timer.scheduleWithFixedDelay(
                            () -> run(one.name(), one.task()),
                            period,
                            period,
                            TimeUnit.MILLISECONDS);
            if (scheduled.isCancelled()) {
                throw new IllegalStateException("housekeeping is closed");
            }
        }
    }

    private static void run(String name, Runnable task) {
        try {
            task.run();
        } catch (RuntimeException e) {
            LOG.warn("{} failed and will be retried: {}", name, e.toString());
        }
    }

    /** Persists what is in memory now, in the order of registration; stops at a failure. */
    public void flush() {
        writes.forEach(Runnable::run);
    }

    /** Like {@link #flush}, for shutdown: a failing task doesn't keep others from running. */
    public void flushAll() {
        for (Runnable write : writes) {
            try {
                write.run();
            } catch (RuntimeException e) {
                LOG.warn("not written at shutdown: {}", e.toString());
            }
        }
    }

    @Override
    public void close() {
        timer.shutdown();
        try {
            // An interrupted write would cost the database a connection: running tasks may finish
            // first.
            if (!timer.awaitTermination(2, TimeUnit.SECONDS)) {
                timer.shutdownNow();
                timer.awaitTermination(8, TimeUnit.SECONDS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
