package io.slipway.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** The load: wrk, as the distribution packages it, with a script that makes and checks. */
final class Wrk {

    /** Unless told otherwise. */
    static final int CONNECTIONS = 64;

    static final int THREADS = 2;

    private static final String HOW_TO =
            "needs wrk, which makes the load: apt-get install wrk, dnf install wrk or brew install"
                    + " wrk; or let --install-wrk do it on Debian";

    private final String binary;
    private final Path scripts;
    private final Path work;
    private final int connections;

    private Wrk(String binary, Path scripts, Path work, int connections) {
        this.binary = binary;
        this.scripts = scripts;
        this.work = work;
        this.connections = connections;
    }

    /**
     * @param scripts folder of {@code checkin.lua}
     * @param work for its output
     */
    static Wrk find(boolean install, Path scripts, Path work, int connections, PrintStream out) {
        String found = onPath("wrk");
        String apt = onPath("apt-get");
        if (found == null && install && apt != null) {
            out.println("installing wrk");
            try (Child child =
                    Child.start(
                            List.of(apt, "install", "-y", "wrk"),
                            Map.of("DEBIAN_FRONTEND", "noninteractive"),
                            work,
                            work.resolve("apt.log"))) {
                child.await(300);
            }
            found = onPath("wrk");
        }
        if (found == null) {
            throw new BenchFailure(HOW_TO);
        }
        return new Wrk(found, scripts, work, connections);
    }

    /** Where a program is; null when it is not there. */
    static String onPath(String name) {
        for (String folder : System.getenv().getOrDefault("PATH", "").split(":", -1)) {
            Path file = Path.of(folder, name);
            if (Files.isExecutable(file)) {
                return file.toString();
            }
        }
        return null;
    }

    /**
     * What is to be sent.
     *
     * @param first index of the first device
     * @param devices how many there are from there on
     * @param seed another for each run on the same store
     * @param sweep asks for each device once, in turn, and then for nothing more
     */
    record Load(
            Phase phase,
            long first,
            long devices,
            int seed,
            boolean close,
            boolean sweep,
            int seconds) {

        Load lasting(int length) {
            return new Load(phase, first, devices, seed, close, sweep, length);
        }
    }

    /** Sends and checks every answer. */
    Measurement run(int port, Load load) {
        Path output = work.resolve("wrk.out");
        var command =
                List.of(
                        binary,
                        "-t" + THREADS,
                        "-c" + connections,
                        "-d" + load.seconds() + "s",
                        "--timeout",
                        "10s",
                        "-s",
                        scripts.resolve("checkin.lua").toString(),
                        "http://127.0.0.1:" + port,
                        "--",
                        "mode=" + load.phase().label(),
                        "devices=" + load.devices(),
                        "first=" + load.first(),
                        "seed=" + load.seed(),
                        "sweep=" + load.sweep(),
                        "threads=" + THREADS,
                        "connection=" + (load.close() ? "close" : "keep-alive"),
                        "folder=" + scripts,
                        "path=" + Fleet.PATH);
        try {
            Files.deleteIfExists(output);
            try (Child child = Child.start(command, Map.of(), work, output)) {
                if (!child.await(load.seconds() + 60L)) {
                    throw new BenchFailure("wrk did not end");
                }
            }
            return Measurement.parse(Files.readString(output));
        } catch (IOException e) {
            throw new BenchFailure("wrk could not be run: " + e);
        }
    }
}
