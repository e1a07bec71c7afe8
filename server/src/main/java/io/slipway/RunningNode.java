package io.slipway;

import io.slipway.base.Base;
import io.slipway.event.EventModule;
import io.slipway.http.edge.Edge;
import io.slipway.session.Sessions;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A running node, and its shutdown: new calls are refused, running ones end, data in memory is
 * written, then everything the calls depend on is closed.
 *
 * @param port it serves on
 * @param setupCode required for the first registration; null once there is an account
 * @param grace for running calls at shutdown, as it is then
 * @param parts closed last, in this order
 */
public record RunningNode(
        Base base,
        Edge edge,
        int port,
        @Nullable String setupCode,
        Sessions sessions,
        EventModule events,
        Supplier<Duration> grace,
        List<AutoCloseable> parts)
        implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(RunningNode.class);

    /** For data in memory when the process ends. */
    private static final Duration LAST_WRITES = Duration.ofSeconds(10);

    /** Does immediately what housekeeping does every few seconds. */
    public void housekeep() {
        base.housekeeping().flush();
    }

    @Override
    public void close() {
        Duration patience = grace.get();
        // Requests and conversations end in parallel; new ones are refused from the start.
        Thread conversations = Thread.ofVirtual().start(() -> sessions.drain(patience));
        edge.drain(patience.plus(Sessions.LAST_WORDS));
        join(conversations);
        base.housekeeping().close();
        sessions.close();
        events.close();
        write();
        edge.close();
        for (AutoCloseable part : parts) {
            try {
                part.close();
            } catch (Exception e) {
                LOG.warn("could not be closed: {}", e.toString());
            }
        }
    }

    private static void join(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    // Bounded: an unavailable database must not keep the process from ending.
    private void write() {
        Thread last = Thread.ofVirtual().start(base.housekeeping()::flushAll);
        try {
            if (!last.join(LAST_WRITES)) {
                LOG.warn("the last check-in times were not written: the database is too slow");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
