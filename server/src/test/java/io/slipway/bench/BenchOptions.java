package io.slipway.bench;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;

/**
 * The command line.
 *
 * @param connectionClose also measure with a connection for each request
 * @param compare a checkout of another build that takes part; null for none
 */
record BenchOptions(
        Sizes sizes,
        Timing timing,
        Set<Phase> phases,
        boolean connectionClose,
        Stores stores,
        Path compare,
        Usual usual)
        implements RunOptions {

    /**
     * How many devices there are.
     *
     * @param bound from the beginning
     * @param pending show a code while they poll
     * @param imported were announced by MAC
     * @param connections that they share
     */
    record Sizes(int bound, int pending, int imported, int connections) {}

    /**
     * How long and how often; all in seconds.
     *
     * @param starts that are timed
     */
    record Timing(int seconds, int warmup, int runs, int starts) {}

    /** Which stores, and whether they are filled again in any case. */
    record Stores(boolean postgres, boolean fresh) {}

    /**
     * What has nothing to do with what is measured.
     *
     * @param json null for a file named after the time, in the folder of results
     */
    record Usual(boolean installWrk, boolean help, Path json) {}

    static final String HELP =
            """
            slipway bench checkin: the device plane, against a bare handler of the same framework
            设备接口的基准测试，与同框架的空处理器对照

              --devices N          bound devices in the store (1000000)
              --seconds S          length of a run (60)
              --warmup S           length of each warm-up (30)
              --runs N             runs of each, in turns; the median counts (3)
              --phases A,B         of bound, new, activate, import (all)
              --connection-close   also with "Connection: close", as devices send it
              --postgres           also on PostgreSQL, an embedded one
              --pending N          devices that show a code while they poll (100000)
              --imported N         devices announced by MAC; each can be asked for once, so that
                                   the runs of "import" are as short as N needs them (200000)
              --connections N      connections at once (64)
              --starts N           starts that are timed; 0 for none (5)
              --compare HOME       another built checkout of Slipway, an older one say, whose server
                                   takes its turns on a copy of the same filled store
              --fresh              fill the store anew even if there is one that fits
              --install-wrk        install wrk with apt-get if it is missing; needs root
              --json FILE          where the figures go (bench-results/checkin-TIME.json)
              --help               this

            The store is filled once, in bench-results/, and copied for each phase. After the runs
            that are timed come short ones that count what a request costs whatever the machine:
            bytes allocated, statements, system calls (with strace), where its time goes. Exit code 0: all
            answers were right, whatever the figures. 1: some were wrong, or something failed. 2: bad
            options.
            """;

    @Override
    public int seconds() {
        return timing.seconds();
    }

    @Override
    public int warmup() {
        return timing.warmup();
    }

    @Override
    public int runs() {
        return timing.runs();
    }

    @Override
    public boolean help() {
        return usual.help();
    }

    @Override
    public Path json() {
        return usual.json();
    }

    /**
     * Reads the command line.
     *
     * @throws IllegalArgumentException naming everything that is wrong, in one line
     */
    static BenchOptions parse(String... args) {
        var reader = new Reader();
        reader.read(args);
        return reader.options();
    }

    private static final class Reader extends OptionReader {
        private int devices = 1_000_000;
        private int pending = 100_000;
        private int imported = 200_000;
        private int connections = Wrk.CONNECTIONS;
        private int starts = 5;
        private Set<Phase> phases = Set.of(Phase.values());
        private boolean connectionClose;
        private boolean postgres;
        private boolean fresh;
        private boolean installWrk;
        private Path compare;

        Reader() {
            super(60, 30);
        }

        @Override
        boolean flag(String name) {
            switch (name) {
                case "--connection-close" -> connectionClose = true;
                case "--postgres" -> postgres = true;
                case "--fresh" -> fresh = true;
                case "--install-wrk" -> installWrk = true;
                default -> {
                    return false;
                }
            }
            return true;
        }

        @Override
        boolean takesValue(String name) {
            return switch (name) {
                case "--devices",
                        "--pending",
                        "--imported",
                        "--connections",
                        "--starts",
                        "--phases",
                        "--compare" ->
                        true;
                default -> false;
            };
        }

        @Override
        void value(String name, String text) {
            switch (name) {
                // Above, the indices of bound devices would run into those of the next kind.
                case "--devices" -> devices = whole(name, text, 1, (int) Fleet.PENDING);
                case "--pending" -> pending = whole(name, text, 1, 1_000_000);
                case "--imported" -> imported = whole(name, text, 1, 4_000_000);
                case "--connections" -> connections = whole(name, text, Wrk.THREADS, 10_000);
                case "--starts" -> starts = whole(name, text, 0, 99);
                case "--compare" -> compare = built(Path.of(text).toAbsolutePath().normalize());
                default -> phases = some(name, text, Phase.class, "bound, new, activate or import");
            }
        }

        private Path built(Path home) {
            if (!Files.isExecutable(home.resolve("slipway"))
                    || !Files.exists(home.resolve("server/target/slipway.jar"))) {
                wrong(
                        "--compare is "
                                + home
                                + ", which is no built checkout of Slipway: run ./slipway settings"
                                + " there first");
            }
            return home;
        }

        @Override
        void together() {
            if (compare != null && postgres) {
                wrong("--compare goes with the embedded store only, not with --postgres");
            }
        }

        BenchOptions options() {
            return new BenchOptions(
                    new Sizes(devices, pending, imported, connections),
                    new Timing(seconds, warmup, runs, starts),
                    phases,
                    connectionClose,
                    new Stores(postgres, fresh),
                    compare,
                    new Usual(installWrk, help, json));
        }
    }
}
