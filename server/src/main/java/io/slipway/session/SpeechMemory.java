package io.slipway.session;

import java.util.concurrent.atomic.AtomicLong;

/**
 * What waits in the relays of a node for its turn to be heard: beyond a limit each may keep little
 * only, however many there are. Thread-safe.
 */
final class SpeechMemory {

    /** Of the heap. */
    private static final int SHARE = 8;

    private final long most;
    private final AtomicLong all = new AtomicLong();

    /**
     * @param most bytes of all together
     */
    SpeechMemory(long most) {
        this.most = most;
    }

    /** For this process. */
    static SpeechMemory ofThisProcess() {
        return new SpeechMemory(Runtime.getRuntime().maxMemory() / SHARE);
    }

    /** One of them keeps this many bytes more, or fewer. */
    void changed(long bytes) {
        all.addAndGet(bytes);
    }

    /** Whether each should keep little. */
    boolean full() {
        return all.get() > most;
    }
}
