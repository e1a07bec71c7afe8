package io.slipway.sql;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Syncs SQLite's write-ahead log, and completes commits only then, on its own thread: meanwhile the
 * writer works on the next commit, and one sync serves all earlier ones. The log is a sequence of
 * checksummed frames, so after a power failure it contains the commits up to some point. For one
 * writer.
 */
final class LogSync {

    private static final Logger LOG = LoggerFactory.getLogger(LogSync.class);

    /** This many commits may wait for the disk; then the writer waits, too. */
    private static final int MOST_WAITING = 4;

    private static final long CLOSE_WAIT_MS = 10_000;
    private static final List<WorkQueue.Job<?>> END = List.of();

    private final FileChannel log;
    private final BlockingQueue<List<WorkQueue.Job<?>>> waiting =
            new ArrayBlockingQueue<>(MOST_WAITING);
    private final Thread thread;

    /**
     * @param log the write-ahead log's file, which this closes
     */
    LogSync(FileChannel log) {
        this.log = log;
        this.thread = Thread.ofPlatform().name("sqlite-sync").daemon().start(this::loop);
    }

    /** Completes the jobs in {@code committed} once they are durable, in the order of the calls. */
    void publish(List<WorkQueue.Job<?>> committed) throws InterruptedException {
        waiting.put(committed);
    }

    private void loop() {
        var groups = new ArrayList<List<WorkQueue.Job<?>>>();
        try {
            while (!groups.contains(END)) {
                groups.clear();
                groups.add(waiting.take());
                waiting.drainTo(groups);
                sync(groups);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void sync(List<List<WorkQueue.Job<?>>> groups) {
        try {
            log.force(false);
        } catch (IOException e) {
            LOG.error("the write-ahead log could not be made durable", e);
            groups.forEach(group -> group.forEach(job -> job.failed(e)));
        }
        groups.forEach(group -> group.forEach(WorkQueue.Job::publish));
    }

    /** Publishes what is still waiting, then closes. The writer must have ended. */
    void close() {
        try {
            if (waiting.offer(END, CLOSE_WAIT_MS, TimeUnit.MILLISECONDS)) {
                thread.join(CLOSE_WAIT_MS);
            }
            log.close();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException e) {
            LOG.warn("the write-ahead log could not be closed", e);
        }
    }
}
