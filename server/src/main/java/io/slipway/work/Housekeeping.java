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
 * Runs what has to be done again and again; a task that fails is said and tried again. Features
 * hand in their tasks while they are installed, on one thread; none runs before {@link #start}.
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

    /** Will run {@code task} {@code every} so often, counted from its end. */
    public void every(Duration every, String name, Runnable task) {
        periodics.add(new Periodic(every, name, task));
    }

    /** Will run {@code task} once, at the start, beside everything else. */
    public void once(String name, Runnable task) {
        firsts.add(new Once(name, task));
    }

    /** Adds what takes something from memory to where it lasts, for {@link #flush}. */
    public void write(Runnable task) {
        writes.add(task);
    }

    /** Begins; nothing is handed in afterwards. */
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
            LOG.warn("{} failed and will be tried again: {}", name, e.toString());
        }
    }

    /** Writes at once what is in memory, in the order of the installation; stops at a failure. */
    public void flush() {
        writes.forEach(Runnable::run);
    }

    /** As {@link #flush}, for the last time: what fails keeps nothing else from being written. */
    public void flushAll() {
        for (Runnable write : writes) {
            try {
                write.run();
            } catch (RuntimeException e) {
                LOG.warn("not written at the end: {}", e.toString());
            }
        }
    }

    @Override
    public void close() {
        timer.shutdown();
        try {
            // A write that is cut off costs the database a connection: what runs may end first.
            if (!timer.awaitTermination(2, TimeUnit.SECONDS)) {
                timer.shutdownNow();
                timer.awaitTermination(8, TimeUnit.SECONDS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
