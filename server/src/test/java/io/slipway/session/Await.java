package io.slipway.session;

import java.time.Duration;
import java.util.concurrent.Callable;

/** Waits for a condition, and fails if it does not become true. */
public final class Await {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int MOST_PAUSE_MS = 50;

    private Await() {}

    public static void until(Callable<Boolean> condition) throws Exception {
        if (!within(PATIENCE, condition)) {
            throw new AssertionError("the condition was not met in time");
        }
    }

    /** Whether it came true in time. */
    static boolean within(Duration patience, Callable<Boolean> condition) throws Exception {
        long began = System.nanoTime();
        for (int pause = 2; !condition.call(); pause = Math.min(2 * pause, MOST_PAUSE_MS)) {
            if (System.nanoTime() - began > patience.toNanos()) {
                return false;
            }
            Thread.sleep(pause);
        }
        return true;
    }
}
