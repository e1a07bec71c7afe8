package io.slipway.bench;

import io.slipway.Main;
import io.slipway.http.BareServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Starts the real server, the way users start it, and the programs it is compared with, with the
 * same JVM options.
 */
public final class Servers {

    private static final Duration START = Duration.ofSeconds(60);
    private static final String JAVA_OPTS = "SLIPWAY_JAVA_OPTS";

    private final Path work;
    private final Fleet fleet;
    private final How how;
    private String known;

    /**
     * How to start servers.
     *
     * @param launcher runs the real server; null to run it from the class path
     * @param options of the JVM, as the launcher sets them for the real server
     * @param classPath of all others
     */
    public record How(Path launcher, List<String> options, String classPath) {

        /** The way users start it, from the build. */
        public static How built(Path home) {
            String options = System.getProperty("slipway.server-options", "").strip();
            return new How(
                    home.resolve("slipway"),
                    List.of(options.split("\\s+")),
                    System.getProperty("java.class.path"));
        }

        /** From the classes of this process, for tests. */
        static How here() {
            var options = List.of("-Xmx256m", "--enable-native-access=ALL-UNNAMED");
            return new How(null, options, System.getProperty("java.class.path"));
        }
    }

    /** A running server. */
    public record Running(Child child, int port, Duration start) implements AutoCloseable {
        @Override
        public void close() {
            child.close();
        }
    }

    public Servers(Path work, Fleet fleet, How how) {
        this.work = work;
        this.fleet = fleet;
        this.how = how;
    }

    /** Starts the server on a store; returns once it answers a device. */
    public Running real(Store store) {
        return real(store, Map.of(), List.of());
    }

    /**
     * Like {@link #real(Store)}.
     *
     * @param settings as environment variables, in addition to those that every benchmark needs
     * @param options of the JVM, in addition to the launcher's
     */
    public Running real(Store store, Map<String, String> settings, List<String> options) {
        int port = freePort();
        var environment = new HashMap<>(store.settings());
        environment.put("SLIPWAY_HTTP_HOST", "127.0.0.1");
        environment.put("SLIPWAY_HTTP_PORT", Integer.toString(port));
        environment.put("SLIPWAY_ACCOUNT_CAPTCHA", "off");
        // All devices of a benchmark share one address.
        environment.put(codesOfOneAddress(), "5000000");
        environment.put("SLIPWAY_ACTIVATION_MAX_CODES", "5000000");
        environment.putAll(settings);
        List<String> command;
        if (how.launcher() == null) {
            command = java(options, Main.class.getName(), "run");
        } else {
            var all = new ArrayList<>(profiler());
            all.addAll(options);
            environment.put(JAVA_OPTS, String.join(" ", all));
            command = List.of(how.launcher().toString(), "run");
        }
        long began = System.nanoTime();
        Child child = Child.start(command, environment, work, log(store));
        // A bound device: the first answer requires the store.
        return answering(child, port, began, fleet.request(0, false, port), a -> a.status() == 200);
    }

    /** Starts the bare handler that answers everything with {@code answer}. */
    public Running bare(Probe.Answer answer) throws IOException {
        Path body = work.resolve("answer");
        Files.write(body, answer.body());
        return beside(
                BareServer.class.getName(), Integer.toString(answer.status()), body.toString());
    }

    /** Starts a program to compare with; its main class gets a port and then {@code arguments}. */
    public Running beside(String main, String... arguments) {
        int port = freePort();
        var all = new ArrayList<String>();
        all.add(Integer.toString(port));
        all.addAll(List.of(arguments));
        List<String> command = java(profiler(), main, all.toArray(String[]::new));
        Path log = work.resolve(main.substring(main.lastIndexOf('.') + 1) + ".log");
        long began = System.nanoTime();
        Child child = Child.start(command, Map.of(), work, log);
        return answering(child, port, began, fleet.request(0, false, port), a -> true);
    }

    /** Starts a program that listens on a port. */
    @FunctionalInterface
    public interface Starter {
        Child start(int port) throws IOException;
    }

    /** Starts a program to compare with that is not Java. */
    public Running foreign(Starter starter) throws IOException {
        int port = freePort();
        long began = System.nanoTime();
        Child child = starter.start(port);
        return answering(child, port, began, fleet.request(0, false, port), a -> true);
    }

    // An older build to compare with refuses unknown settings.
    private String codesOfOneAddress() {
        if (how.launcher() == null || settings().contains("activation.codes-at-once=")) {
            return "SLIPWAY_ACTIVATION_CODES_AT_ONCE";
        }
        return "SLIPWAY_ACTIVATION_CODES_PER_ADDRESS";
    }

    private String settings() {
        if (known == null) {
            var command = List.of(how.launcher().toString(), "settings");
            Path output = work.resolve("settings.log");
            try {
                Files.deleteIfExists(output);
                try (Child child = Child.start(command, Map.of(), work, output)) {
                    child.await(START.toSeconds());
                }
                known = Files.readString(output);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return known;
    }

    private List<String> java(List<String> options, String main, String... arguments) {
        var command = new ArrayList<String>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(how.options());
        command.addAll(options);
        command.addAll(List.of("-cp", how.classPath(), main));
        command.addAll(List.of(arguments));
        return command;
    }

    // JVM options that the user passes to the launcher, for example for a profiler.
    private static List<String> profiler() {
        String options = System.getenv().getOrDefault(JAVA_OPTS, "").strip();
        return options.isEmpty() ? List.of() : List.of(options.split("\\s+"));
    }

    private Running answering(
            Child child, int port, long began, byte[] request, Predicate<Probe.Answer> good) {
        while (System.nanoTime() - began < START.toNanos()) {
            Optional<Probe.Answer> answer = Probe.send(port, request).filter(good);
            if (answer.isPresent()) {
                return new Running(child, port, Duration.ofNanos(System.nanoTime() - began));
            }
            if (!child.running()) {
                throw new BenchFailure("a server exited at once; see " + work);
            }
            pause(Duration.ofMillis(2));
        }
        child.close();
        throw new BenchFailure("a server gave no answer within " + START.toSeconds() + " s");
    }

    /** The server's log for a store. */
    public Path log(Store store) {
        return work.resolve("server-" + store.label() + ".log");
    }

    public static void pause(Duration time) {
        try {
            Thread.sleep(time);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new BenchFailure("interrupted");
        }
    }

    private static int freePort() {
        try (var socket = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new BenchFailure("no free port: " + e);
        }
    }
}
