package io.slipway.http.device;

import io.slipway.http.HttpConfig;
import io.slipway.http.Peer;
import io.slipway.http.Request;
import io.slipway.http.governor.BodyReader;
import io.slipway.http.governor.EdgeLimit;
import io.slipway.http.governor.EdgeLimits;
import io.slipway.http.governor.OpenConnection;
import io.slipway.http.vertx.ProxyPreamble;
import io.slipway.protocol.ota.Reply;
import io.vertx.core.Context;
import io.vertx.core.http.HttpServerRequest;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.function.BooleanSupplier;

/**
 * The entry of devices' requests, on one event loop: reads the body, calls the route, and sends its
 * reply through the exit. Lives on that loop.
 */
public final class DeviceEntry {

    private static final Map<String, String> NO_PATH = Map.of();

    private final HttpConfig config;
    private final Context loop;
    private final DeviceExit exit;
    private final ExecutorService threads;
    private final BooleanSupplier draining;

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
        var connection = OpenConnection.of(request);
        BodyReader.read(
                request,
                EdgeLimits.DEVICE_BODY,
                connection,
                body -> {
                    connection.close();
                    var peer = Peer.of(config, request, ProxyPreamble.of(request));
                    var wrapped = new Request(request, NO_PATH, body, peer);
                    answer(request, wrapped, route);
                },
                why -> exit.send(request, refusal(why), true));
    }

    private static Reply refusal(EdgeLimit why) {
        return switch (why) {
            case TOO_LARGE ->
                    Reply.error(
                            413,
                            "Request too large",
                            "at most " + EdgeLimits.DEVICE_BODY + " bytes");
            case SLOW_BODY -> Reply.error(408, "Request too slow", null);
            default -> Reply.error(503, "Too busy", null);
        };
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
}
