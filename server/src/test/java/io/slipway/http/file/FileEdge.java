package io.slipway.http.file;

import io.slipway.TestClock;
import io.slipway.http.HttpConfig;
import io.slipway.http.Request;
import io.slipway.http.Response;
import io.slipway.http.RouteScope;
import io.slipway.http.TestLimits;
import io.slipway.http.edge.Edge;
import io.slipway.http.file.DownloadRoute.TransferEnd;
import io.slipway.protocol.ota.Reply;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BooleanSupplier;

/** An edge that serves one file under every name below {@code /f/}, and records each end. */
final class FileEdge implements AutoCloseable {

    static final String ETAG = "8d969eef6ecad3c2";

    final TestClock clock = new TestClock();
    final Edge edge;
    final int port;
    final List<Ended> ended = new CopyOnWriteArrayList<>();
    private final Path file;

    record Ended(String rest, long bytes, TransferEnd end, long at) {}

    FileEdge(Path file, TransferTimeouts timeouts) throws IOException {
        this(file, timeouts, Duration.ofSeconds(75));
    }

    FileEdge(Path file, TransferTimeouts timeouts, Duration idle) throws IOException {
        this.file = file;
        var config = new HttpConfig("127.0.0.1", 0, List.of(), "", idle, 0, 65_536);
        var limits = TestLimits.hurry(idle, timeouts.silence());
        edge = new Edge(config, clock, fault -> null, timeouts, limits);
        long size = Files.size(file);
        edge.download("/f/", new DownloadRoute(request -> serve(request, size)));
        edge.route(RouteScope.OPEN, "GET", "/small", request -> Response.ok("small"));
        port = edge.start();
    }

    private DownloadRoute.DownloadAnswer serve(Request request, long size) {
        String rest = request.path("rest");
        return switch (rest) {
            case "none" -> new DownloadRoute.RefuseDownload(Reply.error(404, "No such file", null));
            case "broken" -> throw new IllegalStateException("requested by the test");
            default ->
                    new DownloadRoute.ServeFile(
                            rest.equals("gone") ? file.resolveSibling("gone") : file,
                            rest.equals("short") ? size + 1 : size,
                            ETAG,
                            (bytes, end, at) -> ended.add(new Ended(rest, bytes, end, at)));
        };
    }

    /** The only end; fails if there is none after a while. */
    Ended end() {
        await("an end", () -> !ended.isEmpty());
        if (ended.size() > 1) {
            throw new AssertionError("more than one end: " + ended);
        }
        return ended.getFirst();
    }

    /** How often this process has the file open. */
    long open() {
        try (var all = Files.newDirectoryStream(Path.of("/proc/self/fd"))) {
            long count = 0;
            for (Path one : all) {
                if (target(one).startsWith(file.toString())) {
                    count++;
                }
            }
            return count;
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static String target(Path descriptor) {
        try {
            return Files.readSymbolicLink(descriptor).toString();
        } catch (IOException closed) {
            return "";
        }
    }

    static void await(String what, BooleanSupplier condition) {
        long until = System.nanoTime() + Duration.ofSeconds(30).toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > until) {
                throw new AssertionError("timed out waiting for " + what);
            }
            pause(5);
        }
    }

    static void pause(long ms) {
        try {
            Thread.sleep(ms);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    @Override
    public void close() {
        edge.close();
    }
}
