package io.slipway.http.device;

import io.slipway.http.BodyReader;
import io.slipway.http.HttpConfig;
import io.slipway.http.Peer;
import io.slipway.http.Request;
import io.slipway.http.vertx.ProxyPreamble;
import io.slipway.protocol.ota.Reply;
import io.vertx.core.Context;
import io.vertx.core.http.HttpServerRequest;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The entry of devices' requests, on one event loop: reads the body, calls the route, and sends its
 * reply through the exit. Lives on that loop.
 */
public final class DeviceEntry {

    /** The maximum size of a device's body; the largest real one has about 2 KiB. */
    private static final int MOST_BODY = 64 * 1024;

    /** The time limit for a body to arrive. */
    private static final Duration BODY_WAIT = Duration.ofSeconds(30);

    private static final Map<String, String> NO_PATH = Map.of();

    private final HttpConfig config;
    private final Context loop;
    private final DeviceExit exit;
    private final ExecutorService threads;
    private final BooleanSupplier draining;
    private final WaitingRequest waiting = new WaitingRequest(null);

    /** A ring of requests whose body has not arrived, oldest first, with cheap removal. */
    private static final class WaitingRequest {
        private final @Nullable HttpServerRequest request;
        private final long since = System.nanoTime();
        private WaitingRequest before = this;
        private WaitingRequest after = this;

        WaitingRequest(@Nullable HttpServerRequest request) {
            this.request = request;
        }

        void join(WaitingRequest ring) {
            before = ring.before;
            after = ring;
            before.after = this;
            ring.before = this;
        }

        void leave() {
            before.after = after;
            after.before = before;
            before = this;
            after = this;
        }
    }

    /**
     * @param threads for routes that block
     */
    public DeviceEntry(
            HttpConfig config,
            Context loop,
            DeviceExit exit,
            ExecutorService threads,
            BooleanSupplier draining) {
        this.config = config;
        this.loop = loop;
        this.exit = exit;
        this.threads = threads;
        this.draining = draining;
    }

    /** Answers a request by its route. */
    public void handle(HttpServerRequest request, DeviceRoute route) {
        var entry = new WaitingRequest(request);
        entry.join(waiting);
        BodyReader.read(
                request,
                MOST_BODY,
                body -> {
                    entry.leave();
                    var peer = Peer.of(config, request, ProxyPreamble.of(request));
                    var wrapped = new Request(request, NO_PATH, body, peer);
                    answer(request, wrapped, route);
                },
                () -> {
                    entry.leave();
                    String detail = "at most " + MOST_BODY + " bytes";
                    exit.send(request, Reply.error(413, "Request too large", detail), true);
                });
    }

    private void answer(HttpServerRequest raw, Request request, DeviceRoute route) {
        DeviceRoute.DeviceAnswer outcome;
        try {
            outcome = route.handler().apply(request);
        } catch (RuntimeException e) {
            outcome = new DeviceRoute.AnswerNow(DeviceExit.failed(raw, e));
        }
        switch (outcome) {
            case DeviceRoute.AnswerNow now ->
                    exit.send(raw, request.body(), now.reply(), draining.getAsBoolean());
            case DeviceRoute.AnswerLater later ->
                    threads.execute(() -> {
                        Reply reply = run(raw, later);
                        boolean last = draining.getAsBoolean();
                        loop.runOnContext(go -> exit.send(raw, request.body(), reply, last));
                    });
        }
    }

    private static Reply run(HttpServerRequest raw, DeviceRoute.AnswerLater later) {
        try {
            return later.work().get();
        } catch (RuntimeException e) {
            return DeviceExit.failed(raw, e);
        }
    }

    /** Closes the connections whose body has not arrived in time; call it every few seconds. */
    public void dropSlow() {
        long oldest = System.nanoTime() - BODY_WAIT.toNanos();
        WaitingRequest head;
        while ((head = waiting.after) != waiting && head.since - oldest < 0) {
            head.leave();
            HttpServerRequest slow = head.request;
            if (slow != null) {
                slow.connection().close();
            }
        }
    }
}
