package io.slipway.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** The load: wrk, as the distribution packages it, with a script that makes and checks. */
final class Wrk {

    static final int CONNECTIONS = 64;
    static final int THREADS = 2;

    private static final String HOW_TO =
            "needs wrk, which makes the load: apt-get install wrk, dnf install wrk or brew install"
                    + " wrk; or let --install-wrk do it on Debian";

    private final String binary;
    private final Path scripts;
    private final Path work;

    private Wrk(String binary, Path scripts, Path work) {
        this.binary = binary;
        this.scripts = scripts;
        this.work = work;
    }

    /**
     * @param scripts folder of {@code checkin.lua}
     * @param work for its output
     */
    static Wrk find(boolean install, Path scripts, Path work, PrintStream out) {
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
        return new Wrk(found, scripts, work);
    }

    private static String onPath(String name) {
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
     */
    record Load(Phase phase, long first, long devices, int seed, boolean close, int seconds) {}

    /** Sends and checks every answer. */
    Measurement run(int port, Load load) {
        Path output = work.resolve("wrk.out");
        var command =
                List.of(
                        binary,
                        "-t" + THREADS,
                        "-c" + CONNECTIONS,
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
