package io.slipway.session;

import java.util.concurrent.Callable;

/** Waits for something that will come true soon, and fails when it does not. */
final class Await {

    private static final int TRIES = 400;

    private Await() {}

    static void until(Callable<Boolean> condition) throws Exception {
        for (int i = 0; i < TRIES; i++) {
            if (condition.call()) {
                return;
            }
            Thread.sleep(50);
        }
        throw new AssertionError("it did not come true");
    }
}
