package io.slipway.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * A proxy with its configuration in docs/proxy, TLS included, in front of a server on this machine:
 * Debian's package.
 */
public final class RunningProxy implements AutoCloseable {

    /** Those that have a configuration. */
    public enum ProxyKind {
        NGINX("nginx", "nginx.conf"),
        HAPROXY("HAProxy", "haproxy.cfg"),
        CADDY("Caddy", "Caddyfile");

        private final String title;
        private final String file;

        ProxyKind(String title, String file) {
            this.title = title;
            this.file = file;
        }

        /** As its makers spell it. */
        public String title() {
            return title;
        }
    }

    private static final Path DOCS = Path.of("").toAbsolutePath().resolveSibling("docs/proxy");
    private static final Duration LIMIT = Duration.ofSeconds(60);

    private final Process process;
    private final int port;

    private RunningProxy(Process process, int port) {
        this.process = process;
        this.port = port;
    }

    /**
     * Returns once it listens.
     *
     * @param folder its own
     * @param port where it shall listen
     * @param server the port of what it forwards to
     * @param change of the documented configuration
     */
    static RunningProxy start(
            ProxyKind kind,
            Path folder,
            int port,
            int server,
            Certificate certificate,
            UnaryOperator<String> change)
            throws IOException, InterruptedException {
        Path file = folder.resolve(kind.file);
        String text = changed(Files.readString(DOCS.resolve(kind.file)), 8080, server);
        ProcessBuilder builder =
                switch (kind) {
                    case NGINX -> nginx(folder, port, file, text, certificate, change);
                    case HAPROXY -> haproxy(port, file, text, certificate, change);
                    case CADDY -> caddy(port, file, text, certificate, change);
                };
        for (String home : List.of("HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME")) {
            builder.environment().put(home, folder.toString());
        }
        Path log = folder.resolve("proxy.log");
        Process process = builder.redirectOutput(log.toFile()).directory(folder.toFile()).start();
        var proxy = new RunningProxy(process, port);
        try {
            proxy.await(log);
        } catch (AssertionError | IOException | InterruptedException e) {
            proxy.close();
            throw e;
        }
        return proxy;
    }

    /** As documented, on a free port. */
    public static RunningProxy start(
            ProxyKind kind, Path folder, int server, Certificate certificate)
            throws IOException, InterruptedException {
        return start(kind, folder, freePort(), server, certificate, text -> text);
    }

    private static ProcessBuilder nginx(
            Path folder,
            int port,
            Path file,
            String text,
            Certificate certificate,
            UnaryOperator<String> change)
            throws IOException, InterruptedException {
        String local = changed(text, "listen 443", "listen 127.0.0.1:" + port);
        local = changed(local, "/etc/ssl/voice.example.com.pem", "" + certificate.pem());
        local = changed(local, "/etc/ssl/voice.example.com.key", "" + certificate.key());
        Files.writeString(file, change.apply(local));
        // What Debian's own file has around it.
        var around = new StringBuilder("daemon off;\nworker_processes 1;\npid nginx.pid;\n");
        if ("root".equals(System.getProperty("user.name"))) {
            // Its workers must reach the test's folder.
            around.append("user root;\n");
        }
        around.append("events {}\nhttp {\naccess_log off;\n");
        for (String each : List.of("client_body", "proxy", "fastcgi", "uwsgi", "scgi")) {
            around.append(each).append("_temp_path ").append(folder).append("/temp;\n");
        }
        Path whole = folder.resolve("whole.conf");
        Files.writeString(whole, around + "include " + file + ";\n}\n");
        return DebianProgram.of("nginx")
                .with(
                        List.of(
                                "-p",
                                folder.toString(),
                                "-c",
                                whole.toString(),
                                "-e",
                                folder.resolve("error.log").toString()));
    }

    private static ProcessBuilder haproxy(
            int port, Path file, String text, Certificate certificate, UnaryOperator<String> change)
            throws IOException, InterruptedException {
        String local = changed(text, "bind :443", "bind 127.0.0.1:" + port);
        local = changed(local, "/etc/haproxy/voice.example.com.pem", "" + certificate.both());
        Files.writeString(file, change.apply(local));
        return DebianProgram.of("haproxy").with(List.of("-db", "-f", file.toString()));
    }

    private static ProcessBuilder caddy(
            int port, Path file, String text, Certificate certificate, UnaryOperator<String> change)
            throws IOException, InterruptedException {
        String options =
                "{\n\tadmin off\n\tauto_https disable_redirects\n\tskip_install_trust\n}\n";
        String site =
                "https://localhost:%d {\n\tbind 127.0.0.1\n\ttls %s %s"
                        .formatted(port, certificate.pem(), certificate.key());
        String local = options + changed(text, "voice.example.com {", site);
        Files.writeString(file, change.apply(local));
        return DebianProgram.of("caddy")
                .with(List.of("run", "--config", file.toString(), "--adapter", "caddyfile"));
    }

    private static String changed(String text, int from, int to) {
        return changed(text, "127.0.0.1:" + from, "127.0.0.1:" + to);
    }

    /** The text with something else instead of what must be in it. */
    static String changed(String text, String from, String to) {
        assertThat(text).contains(from);
        return text.replace(from, to);
    }

    static int freePort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private void await(Path log) throws IOException, InterruptedException {
        long end = System.nanoTime() + LIMIT.toNanos();
        while (!listens()) {
            assertThat(process.isAlive()).as(Files.readString(log)).isTrue();
            assertThat(System.nanoTime()).as(Files.readString(log)).isLessThan(end);
            process.waitFor(Duration.ofMillis(50));
        }
    }

    private boolean listens() {
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return socket.isConnected();
        } catch (IOException e) {
            return false;
        }
    }

    public int port() {
        return port;
    }

    /** Ends the process. */
    @Override
    public void close() {
        process.destroyForcibly();
    }
}
