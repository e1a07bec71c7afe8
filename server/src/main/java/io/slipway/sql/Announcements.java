package io.slipway.sql;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Properties;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.postgresql.PGNotification;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Receives what {@link Tx#announce} sends on other nodes, over its own PostgreSQL connection that
 * is reopened whenever it breaks. Thread-safe.
 */
public final class Announcements implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Announcements.class);

    /** After this much silence, messages may have been missed (decisions D6: 2 s in all). */
    private static final long STALE_NANOS = 1_500_000_000L;

    private static final int WAIT_MS = 400;
    private static final String PING = "ping";

    private final DatabaseConfig config;
    private final Consumer<String> listener;
    private final Runnable missed;
    private final Thread thread;
    private volatile boolean closed;
    private volatile boolean listening;
    private volatile long heardAt;

    /**
     * @param listener receives each message, on one thread
     * @param missed runs whenever messages may have been missed, before any new one
     */
    public Announcements(DatabaseConfig config, Consumer<String> listener, Runnable missed) {
        this.config = config;
        this.listener = listener;
        this.missed = missed;
        this.thread = Thread.ofPlatform().name("announcements").daemon().start(this::run);
    }

    /** Whether everything that was announced until about now has been received. */
    public boolean current() {
        return listening && System.nanoTime() - heardAt < STALE_NANOS;
    }

    private void run() {
        while (!closed) {
            try (Connection connection = connect()) {
                listen(connection);
            } catch (SQLException | RuntimeException e) {
                // A listener's own work may fail too, with the same database that is just coming
                // back.
                if (!closed) {
                    LOG.warn("announcements of other nodes can't be received: {}", e.getMessage());
                }
            } finally {
                listening = false;
            }
            pause();
        }
    }

    private void listen(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("LISTEN slipway");
            missed.run();
            PGConnection postgres = connection.unwrap(PGConnection.class);
            long askedAt = System.nanoTime();
            statement.execute("NOTIFY slipway, '" + PING + "'");
            while (!closed) {
                PGNotification @Nullable [] messages = postgres.getNotifications(WAIT_MS);
                // What was announced before the last ping was sent has been delivered by now.
                heardAt = askedAt;
                listening = true;
                if (messages != null) {
                    for (PGNotification message : messages) {
                        deliver(message.getParameter());
                    }
                }
                askedAt = System.nanoTime();
                statement.execute("NOTIFY slipway, '" + PING + "'");
            }
        }
    }

    private void deliver(String message) {
        if (message.equals(PING)) {
            return;
        }
        try {
            listener.accept(message);
        } catch (RuntimeException e) {
            LOG.error("an announcement could not be handled", e);
            missed.run();
        }
    }

    private Connection connect() throws SQLException {
        var properties = new Properties();
        if (!config.user().isEmpty()) {
            properties.setProperty("user", config.user());
            properties.setProperty("password", config.password());
        }
        properties.setProperty("ApplicationName", "slipway-bus");
        properties.setProperty("connectTimeout", "2");
        properties.setProperty("socketTimeout", "2");
        return DriverManager.getConnection(config.url(), properties);
    }

    private void pause() {
        try {
            Thread.sleep(closed ? 0 : 500);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            closed = true;
        }
    }

    @Override
    public void close() {
        closed = true;
        thread.interrupt();
    }
}
