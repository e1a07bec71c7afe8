package io.slipway.session;

import java.util.concurrent.Callable;

/** Waits for something that will come true soon, and fails when it does not. */
final class Await {

    private static final long PATIENCE_NANOS = 60_000_000_000L;
    private static final int MOST_PAUSE_MS = 50;

    private Await() {}

    static void until(Callable<Boolean> condition) throws Exception {
        long began = System.nanoTime();
        for (int pause = 2; !condition.call(); pause = Math.min(2 * pause, MOST_PAUSE_MS)) {
            if (System.nanoTime() - began > PATIENCE_NANOS) {
                throw new AssertionError("it did not come true");
            }
            Thread.sleep(pause);
        }
    }
}
