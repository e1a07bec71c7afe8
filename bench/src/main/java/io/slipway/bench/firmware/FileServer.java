package io.slipway.bench.firmware;

import io.slipway.http.HttpConfig;
import io.slipway.http.edge.Edge;
import io.slipway.http.file.DownloadRoute;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;

/** The server's own HTTP kit with a single file. Arguments: port, file. */
public final class FileServer {

    /** The path of the file, here and on the server it is compared with. */
    static final String FOLDER = "/f/";

    private FileServer() {}

    public static void main(String[] arguments) throws IOException, InterruptedException {
        int port = Integer.parseInt(arguments[0]);
        Path file = Path.of(arguments[1]);
        long size = Files.size(file);
        var config =
                new HttpConfig("127.0.0.1", port, List.of(), "", Duration.ofSeconds(75), 0, 65_536);
        var serve = new DownloadRoute.ServeFile(file, size, "bench", (bytes, end, at) -> {});
        var edge = new Edge(config, Clock.systemUTC(), fault -> null);
        edge.download(FOLDER, new DownloadRoute(request -> serve));
        edge.start();
        Thread.currentThread().join();
    }
}
