package io.slipway.bench.checkin;

import io.slipway.bench.BenchFailure;
import io.slipway.bench.Child;
import io.slipway.bench.Fleet;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The load: wrk, as packaged by the distribution, with a script that generates requests and checks
 * answers.
 */
final class Wrk {

    /** The default. */
    static final int CONNECTIONS = 64;

    static final int THREADS = 2;

    /** A server that did not get through all is given twice the time, and so on. */
    private static final int SWEEPS = 4;

    private static final String HOW_TO =
            "needs wrk, the load generator: apt-get install wrk, dnf install wrk or brew install"
                    + " wrk; or use --install-wrk on Debian";

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
                            List.of(
                                    "sh",
                                    "-c",
                                    // Another apt-get may be running.
                                    "for try in 1 2 3 4 5 6; do "
                                            + apt
                                            + " -q update && "
                                            + apt
                                            + " -q install -y wrk && break; sleep 10; done"),
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

    /** The path of a program; null if not found. */
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
     * The requests.
     *
     * @param first index of the first device
     * @param devices how many there are from there on
     * @param seed different for each run on the same store
     * @param sweep whether each device makes one request, in turn, and then no more
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

    /**
     * The server.
     *
     * @param url without a path
     * @param path of the check-in
     * @param foreign whether it may be a server other than Slipway, so that less is demanded
     * @param pairs lines of a MAC and a Client-Id, those of bound devices; null for the fleet's
     */
    record WrkTarget(String url, String path, boolean foreign, Path pairs) {
        static WrkTarget own(int port) {
            return new WrkTarget("http://127.0.0.1:" + port, Fleet.PATH, false, null);
        }
    }

    /** Sends requests and checks every answer. */
    Measurement run(int port, Load load) {
        return run(WrkTarget.own(port), load);
    }

    /**
     * Makes at least one request for each device, with more time at each attempt that did not get
     * through.
     *
     * @param load a sweep, with the expected duration
     * @return the measurements
     */
    List<Measurement> sweep(WrkTarget target, Load load) {
        var seen = new ArrayList<Measurement>();
        for (int i = 0; i < SWEEPS; i++) {
            seen.add(run(target, load.lasting(load.seconds() << i)));
            if (seen.getLast().answers().dry() == THREADS) {
                return seen;
            }
        }
        throw new BenchFailure(
                target.url() + " is too slow: it did not answer " + load.devices() + " devices");
    }

    /** Like {@link #run(int, Load)}. */
    Measurement run(WrkTarget target, Load load) {
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
                        target.url(),
                        "--",
                        "mode=" + load.phase().label(),
                        "devices=" + load.devices(),
                        "first=" + load.first(),
                        "seed=" + load.seed(),
                        "sweep=" + load.sweep(),
                        "threads=" + THREADS,
                        "connection=" + (load.close() ? "close" : "keep-alive"),
                        "folder=" + scripts,
                        "path=" + target.path(),
                        "foreign=" + target.foreign(),
                        "pairs=" + (target.pairs() == null ? "" : target.pairs()));
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
