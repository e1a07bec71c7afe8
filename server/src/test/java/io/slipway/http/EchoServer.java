package io.slipway.http;

import io.slipway.http.edge.Edge;
import io.slipway.http.edge.EdgeServer;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.http.HttpServerRequest;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * The cost of the framework alone for a frame in each direction: sends each binary message back.
 * Runs on the real server's loops and with its options. Argument: port.
 */
public final class EchoServer extends VerticleBase {

    private final int port;

    private EchoServer(int port) {
        this.port = port;
    }

    public static void main(String[] arguments) throws InterruptedException {
        int port = Integer.parseInt(arguments[0]);
        var vertx = Edge.vertx();
        for (int i = 0; i < Runtime.getRuntime().availableProcessors(); i++) {
            try {
                vertx.deployVerticle(new EchoServer(port), new DeploymentOptions())
                        .toCompletionStage()
                        .toCompletableFuture()
                        .get(10, TimeUnit.SECONDS);
            } catch (ExecutionException | TimeoutException e) {
                System.err.println("the bare echo did not start: " + e);
                System.exit(1);
            }
        }
        Thread.currentThread().join();
    }

    @Override
    public Future<?> start() {
        var config =
                new HttpConfig("127.0.0.1", port, List.of(), "", Duration.ofSeconds(75), 0, 65_536);
        return vertx.createHttpServer(EdgeServer.options(config, port))
                .requestHandler(EchoServer::request)
                .listen();
    }

    private static void request(HttpServerRequest request) {
        if (request.getHeader("Upgrade") == null) {
            request.response().setStatusCode(400).end();
        } else {
            request.toWebSocket()
                    .onSuccess(socket -> socket.binaryMessageHandler(socket::writeBinaryMessage));
        }
    }
}
