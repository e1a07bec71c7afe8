package io.slipway.http;

import io.slipway.http.edge.Edge;
import io.slipway.http.edge.EdgeServer;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/**
 * The cost of the framework alone: reads each body and sends the same bytes and headers as the real
 * server's answer, which it is given. Runs on the real server's loops and with its options.
 * Arguments: port, status, file with the body.
 */
public final class BareServer extends VerticleBase {

    private static final DateTimeFormatter RFC_1123 =
            DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ROOT)
                    .withZone(ZoneOffset.UTC);

    private final int port;
    private final int status;
    private final byte[] body;
    private String date = "";

    private BareServer(int port, int status, byte[] body) {
        this.port = port;
        this.status = status;
        this.body = body;
    }

    public static void main(String[] arguments) throws IOException, InterruptedException {
        int port = Integer.parseInt(arguments[0]);
        int status = Integer.parseInt(arguments[1]);
        byte[] body = Files.readAllBytes(Path.of(arguments[2]));
        var vertx = Edge.vertx();
        for (int i = 0; i < Runtime.getRuntime().availableProcessors(); i++) {
            try {
                vertx.deployVerticle(new BareServer(port, status, body), new DeploymentOptions())
                        .toCompletionStage()
                        .toCompletableFuture()
                        .get(10, TimeUnit.SECONDS);
            } catch (java.util.concurrent.ExecutionException
                    | java.util.concurrent.TimeoutException e) {
                System.err.println("the bare handler did not start: " + e);
                System.exit(1);
            }
        }
        Thread.currentThread().join();
    }

    @Override
    public Future<?> start() {
        tick();
        vertx.setPeriodic(1_000, id -> tick());
        var config =
                new HttpConfig("127.0.0.1", port, List.of(), "", Duration.ofSeconds(75), 0, 65_536);
        return vertx.createHttpServer(EdgeServer.options(config, port))
                .requestHandler(request -> request.bodyHandler(read -> answer(request)))
                .listen();
    }

    private void tick() {
        date = RFC_1123.format(Instant.ofEpochMilli(System.currentTimeMillis()));
    }

    private void answer(HttpServerRequest request) {
        boolean close = "close".equalsIgnoreCase(request.getHeader("Connection"));
        HttpServerResponse response = request.response();
        response.setStatusCode(status);
        response.headers()
                .add("Content-Type", "application/json")
                .add("Content-Length", Integer.toString(body.length))
                .add("Connection", close ? "close" : "keep-alive")
                .add("Date", date);
        var sent = response.end(Buffer.buffer(body));
        if (close) {
            sent.onComplete(done -> request.connection().close());
        }
    }
}
