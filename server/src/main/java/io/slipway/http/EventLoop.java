package io.slipway.http;

import io.vertx.core.Context;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.concurrent.RejectedExecutionException;

/**
 * One event loop, for features whose state lives on one: what it runs never overlaps, and must not
 * block.
 */
public final class EventLoop {

    private final Vertx vertx;
    private final Context context;

    /**
     * @param context of an event loop
     */
    public EventLoop(Vertx vertx, Context context) {
        this.vertx = vertx;
        this.context = context;
    }

    /** Runs something on this loop soon, unless all loops have ended; from any thread. */
    public void execute(Runnable work) {
        try {
            context.runOnContext(go -> work.run());
        } catch (RejectedExecutionException ended) {
            // Whatever lived on it has ended, too.
        }
    }

    /**
     * Runs something on this loop after {@code time}, at least a millisecond; call it on this loop.
     *
     * @return the timer's id, never negative
     */
    public long after(Duration time, Runnable work) {
        return vertx.setTimer(Math.max(1, time.toMillis()), fired -> work.run());
    }

    /** Cancels a timer of {@link #after}; no error if it has fired. */
    public void cancel(long timer) {
        vertx.cancelTimer(timer);
    }
}
