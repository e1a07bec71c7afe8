package io.slipway.bench;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/** Starts the real server, as people start it, and the bare handler, with the same JVM options. */
final class Servers {

    private static final Duration START = Duration.ofSeconds(60);

    private final Path home;
    private final Path work;
    private final Fleet fleet;
    private final List<String> options;

    /** A running server. */
    record Running(Child child, int port, Duration start) implements AutoCloseable {
        @Override
        public void close() {
            child.close();
        }
    }

    /**
     * @param options of the JVM that the launcher gives the real server
     */
    Servers(Path home, Path work, Fleet fleet, List<String> options) {
        this.home = home;
        this.work = work;
        this.fleet = fleet;
        this.options = options;
    }

    /** Starts the server on a store; returns once it answers a device. */
    Running real(Store store) {
        int port = freePort();
        var environment = new HashMap<>(store.settings());
        environment.put("SLIPWAY_HTTP_HOST", "127.0.0.1");
        environment.put("SLIPWAY_HTTP_PORT", Integer.toString(port));
        environment.put("SLIPWAY_ACCOUNT_CAPTCHA", "off");
        // All devices of a benchmark have one address.
        environment.put("SLIPWAY_ACTIVATION_CODES_PER_ADDRESS", "5000000");
        environment.put("SLIPWAY_ACTIVATION_MAX_CODES", "5000000");
        long began = System.nanoTime();
        Child child =
                Child.start(
                        List.of(home.resolve("slipway").toString(), "run"),
                        environment,
                        work,
                        log(store));
        // A bound device: the first answer is one that took the store.
        return answering(child, port, began, fleet.request(0, false, port), a -> a.status() == 200);
    }

    /** Starts the bare handler that gives {@code answer} to everything. */
    Running bare(Probe.Answer answer) throws IOException {
        int port = freePort();
        Path body = work.resolve("answer");
        Files.write(body, answer.body());
        var command = new ArrayList<String>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(options);
        String profiler = System.getenv().getOrDefault("SLIPWAY_JAVA_OPTS", "").strip();
        if (!profiler.isEmpty()) {
            command.addAll(List.of(profiler.split("\\s+")));
        }
        Path target = home.resolve("server/target");
        command.addAll(
                List.of(
                        "-cp",
                        target.resolve("test-classes") + ":" + target.resolve("slipway.jar"),
                        "io.slipway.http.BareServer",
                        Integer.toString(port),
                        Integer.toString(answer.status()),
                        body.toString()));
        long began = System.nanoTime();
        Child child = Child.start(command, new HashMap<>(), work, work.resolve("bare.log"));
        return answering(child, port, began, fleet.request(0, false, port), a -> true);
    }

    private Running answering(
            Child child, int port, long began, byte[] request, Predicate<Probe.Answer> good) {
        while (System.nanoTime() - began < START.toNanos()) {
            Optional<Probe.Answer> answer = Probe.send(port, request).filter(good);
            if (answer.isPresent()) {
                return new Running(child, port, Duration.ofNanos(System.nanoTime() - began));
            }
            if (!child.running()) {
                throw new BenchFailure("a server ended at once; see " + work);
            }
            pause(Duration.ofMillis(2));
        }
        child.close();
        throw new BenchFailure("a server gave no answer within " + START.toSeconds() + " s");
    }

    /** What the server says on a store. */
    Path log(Store store) {
        return work.resolve("server-" + store.label() + ".log");
    }

    static void pause(Duration time) {
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
