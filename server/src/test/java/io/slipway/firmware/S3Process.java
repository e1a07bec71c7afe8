package io.slipway.firmware;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * S3Proxy over a folder, requiring AWS signatures version 4, in a separate process. Its jars are
 * downloaded below {@code target} if missing.
 */
public final class S3Process implements AutoCloseable {

    public static final String BUCKET = "builds";
    public static final String ACCESS = "AKIASLIPWAYTEST";
    public static final String SECRET = "a+secret/with=signs";

    private static final Path SOURCE = Path.of("src/test/s3proxy/pom.xml");

    public final int port;
    private final Path blobs;
    private final Process process;

    private S3Process(int port, Path blobs, Process process) {
        this.port = port;
        this.blobs = blobs;
        this.process = process;
    }

    /**
     * Starts one, within about a minute.
     *
     * @param folder for everything that it writes
     */
    public static S3Process start(Path folder) throws IOException, InterruptedException {
        Path jars = install();
        int port;
        try (var free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        Path blobs = Files.createDirectories(folder.resolve("blobs"));
        Files.createDirectories(blobs.resolve(BUCKET));
        Path settings =
                Files.writeString(
                        folder.resolve("s3proxy.conf"),
                        """
                        s3proxy.authorization=aws-v4
                        s3proxy.endpoint=http://127.0.0.1:%d
                        s3proxy.identity=%s
                        s3proxy.credential=%s
                        jclouds.provider=filesystem-nio2
                        jclouds.filesystem.basedir=%s
                        """
                                .formatted(port, ACCESS, SECRET, blobs));
        Path quiet =
                Files.writeString(
                        folder.resolve("logback.xml"),
                        """
                        <configuration><appender name="out"
                        class="ch.qos.logback.core.ConsoleAppender"><encoder>
                        <pattern>%level %logger %msg%n</pattern></encoder></appender>
                        <root level="WARN"><appender-ref ref="out"/></root></configuration>
                        """);
        Process process =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-Xmx128m",
                                "-Dlogback.configurationFile=" + quiet,
                                "-cp",
                                jars + "/*",
                                "org.gaul.s3proxy.Main",
                                "--properties",
                                settings.toString())
                        .redirectErrorStream(true)
                        .redirectOutput(folder.resolve("s3proxy.log").toFile())
                        .start();
        var started = new S3Process(port, blobs, process);
        started.await(folder.resolve("s3proxy.log"));
        return started;
    }

    private static Path install() throws IOException, InterruptedException {
        Path home = Files.createDirectories(Path.of("target/s3proxy").toAbsolutePath());
        // Tests run in several processes.
        try (var channel =
                        FileChannel.open(
                                home.resolve("lock"),
                                StandardOpenOption.CREATE,
                                StandardOpenOption.WRITE);
                var lock = channel.lock()) {
            if (lock.isValid()) {
                copyJars(home);
            }
        }
        return home.resolve("jars");
    }

    private static void copyJars(Path home) throws IOException, InterruptedException {
        Path done = home.resolve("installed.xml");
        if (!Files.exists(done) || Files.mismatch(done, SOURCE) != -1) {
            Path log = home.resolve("install.log");
            Process maven =
                    new ProcessBuilder(
                                    "mvn",
                                    "-B",
                                    "-q",
                                    "-f",
                                    SOURCE.toAbsolutePath().toString(),
                                    "-Djars=" + home.resolve("jars"),
                                    "dependency:copy-dependencies")
                            .redirectErrorStream(true)
                            .redirectOutput(log.toFile())
                            .start();
            if (!maven.waitFor(300, TimeUnit.SECONDS) || maven.exitValue() != 0) {
                maven.destroyForcibly();
                throw new IOException("S3Proxy was not installed: " + Files.readString(log));
            }
            Files.copy(SOURCE, done, StandardCopyOption.REPLACE_EXISTING);
        }
    }

    private void await(Path log) throws IOException, InterruptedException {
        long until = System.nanoTime() + Duration.ofSeconds(60).toNanos();
        while (System.nanoTime() < until && process.isAlive()) {
            try (var socket = new Socket()) {
                socket.connect(new InetSocketAddress("127.0.0.1", port), 1_000);
                return;
            } catch (IOException notYet) {
                Thread.sleep(50);
            }
        }
        close();
        throw new IOException("S3Proxy did not start: " + Files.readString(log));
    }

    FirmwareConfig.S3 config() {
        return config(SECRET);
    }

    FirmwareConfig.S3 config(String secret) {
        URI endpoint = URI.create("http://127.0.0.1:" + port);
        return new FirmwareConfig.S3(
                endpoint, "us-east-1", BUCKET, ACCESS, secret, true, "firmware/");
    }

    /** What is in the bucket. */
    List<String> names() throws IOException {
        Path bucket = blobs.resolve(BUCKET);
        try (Stream<Path> files = Files.walk(bucket)) {
            return files.filter(Files::isRegularFile)
                    .map(file -> bucket.relativize(file).toString())
                    .sorted()
                    .toList();
        }
    }

    @Override
    public void close() {
        stop();
    }

    /** Ends it at once. */
    void stop() {
        process.destroy();
        try {
            if (!process.waitFor(10, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            process.destroyForcibly();
        }
    }
}
