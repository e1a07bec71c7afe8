package io.slipway.bench.firmware;

import io.slipway.bench.BenchFailure;
import io.slipway.bench.Child;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The server that downloads are compared with: nginx in a typical setup for large files. */
final class Nginx {

    private static final String HOW_TO =
            "needs nginx to compare with, on the PATH or in /usr/sbin: apt-get install nginx-light"
                    + " (Debian), dnf install nginx or brew install nginx";

    private Nginx() {}

    static Path find() {
        String path = System.getenv().getOrDefault("PATH", "");
        return Stream.concat(Stream.of(path.split(":", -1)), Stream.of("/usr/sbin"))
                .map(folder -> Path.of(folder, "nginx"))
                .filter(Files::isExecutable)
                .findFirst()
                .orElseThrow(() -> new BenchFailure(2, HOW_TO));
    }

    /**
     * Starts it; it is ready as soon as it answers.
     *
     * @param root of the files
     */
    static Child start(Path binary, int port, Path root, Path work) throws IOException {
        Path scratch = Files.createDirectories(work.resolve("nginx"));
        String user = "root".equals(System.getProperty("user.name")) ? "user root;\n" : "";
        String config =
                user
                        + """
                        daemon off;
                        worker_processes auto;
                        worker_rlimit_nofile 20000;
                        pid %1$s/pid;
                        error_log stderr warn;
                        events { worker_connections 10000; }
                        http {
                          access_log off;
                          sendfile on;
                          tcp_nopush on;
                          keepalive_requests 100000000;
                          default_type application/octet-stream;
                          client_body_temp_path %1$s/body;
                          proxy_temp_path %1$s/proxy;
                          fastcgi_temp_path %1$s/fastcgi;
                          server { listen 127.0.0.1:%2$d backlog=4096; root %3$s; }
                        }
                        """
                                .formatted(scratch, port, root);
        Path file = Files.writeString(scratch.resolve("nginx.conf"), config);
        var command = List.of(binary.toString(), "-p", scratch.toString(), "-c", file.toString());
        return Child.start(command, Map.of(), work, work.resolve("nginx.log"));
    }
}
