package io.slipway.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.util.ResourceLeakDetector;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/**
 * Checks that every off-heap buffer is released. The detector only writes to its log, and only when
 * another buffer is allocated after the garbage collector has found a leaked one.
 */
final class Buffers extends Handler implements AutoCloseable {

    private static final int ROUNDS = 3;

    // Referenced, because the JDK drops a logger that is garbage-collected.
    private static final Logger LOG = Logger.getLogger(ResourceLeakDetector.class.getName());

    private final List<String> lost = new CopyOnWriteArrayList<>();
    private final ResourceLeakDetector.Level before = ResourceLeakDetector.getLevel();

    /** To be called after the server has started, which turns the detector off. */
    Buffers() {
        ResourceLeakDetector.setLevel(ResourceLeakDetector.Level.PARANOID);
        LOG.addHandler(this);
    }

    void assertAllGivenBack(SessionFixture fixture) {
        for (int i = 0; i < ROUNDS; i++) {
            System.gc();
            fixture.sessions();
        }
        assertThat(lost).isEmpty();
    }

    @Override
    public void publish(LogRecord entry) {
        lost.add(entry.getMessage());
    }

    @Override
    public void flush() {}

    @Override
    public void close() {
        LOG.removeHandler(this);
        ResourceLeakDetector.setLevel(before);
    }
}
