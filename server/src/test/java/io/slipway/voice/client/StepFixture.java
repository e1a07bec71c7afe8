package io.slipway.voice.client;

import io.slipway.http.EventLoop;
import io.slipway.http.edge.Edge;
import io.slipway.http.stream.StreamingClient;
import io.slipway.http.stream.StreamingLimits;
import io.slipway.session.Await;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** An event loop with a client; at its end, checks that nothing is left over. */
final class StepFixture {

    private static final Duration LONG = Duration.ofSeconds(40);

    /** Limits that no test reaches. */
    static final StreamingLimits PATIENT = limits(LONG, 4 << 20);

    private static final Path DESCRIPTORS = Path.of("/proc/self/fd");

    static {
        // What the JDK itself opens with the first socket, and keeps.
        try (var server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                var client = new Socket(server.getInetAddress(), server.getLocalPort());
                var accepted = server.accept()) {
            accepted.getOutputStream().write(client.getLocalPort());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private final long socketsBefore = sockets();
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

    /** Closes the client alone. */
    void disconnect() throws Exception {
        vertx.close().toCompletionStage().toCompletableFuture().get(30, TimeUnit.SECONDS);
    }

    void close() throws Exception {
        disconnect();
        Await.until(() -> sockets() <= socketsBefore);
        Await.until(() ->
                Thread.getAllStackTraces().keySet().stream()
                        .noneMatch(thread -> thread.getName().startsWith("speech-")));
    }

    private static long sockets() {
        try (var open = Files.list(DESCRIPTORS)) {
            return open.filter(StepFixture::isSocket).count();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean isSocket(Path descriptor) {
        try {
            return Files.readSymbolicLink(descriptor).toString().startsWith("socket:");
        } catch (IOException closedMeanwhile) {
            return false;
        }
    }
}
