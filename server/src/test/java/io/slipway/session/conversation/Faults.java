package io.slipway.session.conversation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/** Records the server's own faults in the log: nothing that devices do may cause one. */
final class Faults extends Handler implements AutoCloseable {

    private final Logger root = Logger.getLogger("");
    private final List<String> faults = new CopyOnWriteArrayList<>();

    Faults() {
        root.addHandler(this);
    }

    @Override
    public void publish(LogRecord entry) {
        Throwable thrown = entry.getThrown();
        if (thrown != null || entry.getLevel().intValue() >= Level.SEVERE.intValue()) {
            String trace = thrown == null ? "" : " " + List.of(thrown.getStackTrace());
            faults.add(entry.getLoggerName() + ": " + entry.getMessage() + " " + thrown + trace);
        }
    }

    void check() {
        assertThat(faults).isEmpty();
    }

    @Override
    public void flush() {}

    @Override
    public void close() {
        root.removeHandler(this);
    }
}
