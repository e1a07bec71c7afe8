package io.slipway.voice.client;

import io.slipway.http.EventLoop;
import io.slipway.http.edge.Edge;
import io.slipway.http.stream.StreamingClient;
import io.slipway.http.stream.StreamingLimits;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** An event loop with a client, closed after each test. */
final class StepFixture {

    private static final Duration LONG = Duration.ofSeconds(40);

    /** Limits that no test reaches. */
    static final StreamingLimits PATIENT = limits(LONG, 4 << 20);

    final Vertx vertx = Edge.vertx();
    final StreamingClient client = new StreamingClient(vertx);
    final EventLoop loop = client.loop();

    static StreamingLimits limits(Duration first, long body) {
        return new StreamingLimits(LONG, first, LONG, LONG, body);
    }

    /** Calls something on the loop and returns its result. */
    <T> T on(Supplier<T> work) throws Exception {
        var result = new CompletableFuture<T>();
        loop.execute(() -> {
            try {
                result.complete(work.get());
            } catch (RuntimeException | Error e) {
                result.completeExceptionally(e);
            }
        });
        return result.get(30, TimeUnit.SECONDS);
    }

    void run(Runnable work) throws Exception {
        on(() -> {
            work.run();
            return "";
        });
    }

    void close() throws Exception {
        vertx.close().toCompletionStage().toCompletableFuture().get(30, TimeUnit.SECONDS);
    }
}
