package io.slipway.bench.checkin;

import io.slipway.bench.Fleet;
import io.slipway.bench.OptionReader;
import io.slipway.bench.RunOptions;
import io.slipway.protocol.ClientId;
import io.slipway.protocol.Mac;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * The command line.
 *
 * @param connectionClose also measure with a connection for each request
 * @param compare a checkout of another build that takes part; null for none
 * @param against a server that is there already, to be measured instead; null for none
 */
record CheckinOptions(
        Sizes sizes,
        Timing timing,
        Set<Phase> phases,
        boolean connectionClose,
        Stores stores,
        Path compare,
        Against against,
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
     * A server that is there already.
     *
     * @param pid its process on this machine; 0 if that is unknown
     */
    record Against(Wrk.WrkTarget target, long pid) {}

    /**
     * What has nothing to do with what is measured.
     *
     * @param json null for a file named after the time, in the folder of results
     */
    record Usual(boolean installWrk, boolean help, Path json) {}

    /** Where most servers have their OTA check. */
    private static final String USUAL_PATH = "/xiaozhi/ota/";

    private static final int MAC = 17;
    private static final int CLIENT_ID = 36;

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
              --against URL        no server of ours: the same load on one that runs already, which
                                   speaks the protocol, http://HOST:PORT/PATH (/xiaozhi/ota/)
              --macs FILE          with --against: devices that are bound there, a line each, MAC
                                   and Client-Id; without it there is no "bound"
              --pid N              with --against: its process on this machine, for its CPU time
              --fresh              fill the store anew even if there is one that fits
              --install-wrk        install wrk with apt-get if it is missing; needs root
              --json FILE          where the figures go (bench-results/checkin-TIME.json)
              --help               this

            The store is filled once, in bench-results/, and copied for each phase. After the runs
            that are timed come short ones that count what a request costs whatever the machine:
            bytes allocated, statements, system calls (with strace), where its time goes.

            --against sends load to nobody but the server that you name; ask its owner. A check-in
            is right there if it is 200 with JSON that has server_time, firmware, websocket, mqtt or
            activation and no "error", of a bound device with no code either; a poll, of one of
            --pending devices (1000 then) that checked in before, if it is 200 or 202. Exit code 0: all
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
    static CheckinOptions parse(String... args) {
        var reader = new Reader();
        reader.read(args);
        return reader.options();
    }

    private static final class Reader extends OptionReader {
        private int devices = 1_000_000;
        private int pending;
        private int imported = 200_000;
        private int connections = Wrk.CONNECTIONS;
        private int starts = 5;
        private Set<Phase> phases = Set.of();
        private boolean connectionClose;
        private boolean postgres;
        private boolean fresh;
        private boolean installWrk;
        private Path compare;
        private URI against;
        private Path macs;
        private int pid;

        Reader() {
            super(60, 30);
        }

        @Override
        protected boolean flag(String name) {
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
        protected boolean takesValue(String name) {
            return switch (name) {
                case "--devices",
                        "--pending",
                        "--imported",
                        "--connections",
                        "--starts",
                        "--phases",
                        "--compare",
                        "--against",
                        "--macs",
                        "--pid" ->
                        true;
                default -> false;
            };
        }

        @Override
        protected void value(String name, String text) {
            switch (name) {
                // Above, the indices of bound devices would run into those of the next kind.
                case "--devices" -> devices = whole(name, text, 1, (int) Fleet.PENDING);
                case "--pending" -> pending = whole(name, text, 1, 1_000_000);
                case "--imported" -> imported = whole(name, text, 1, 4_000_000);
                case "--connections" -> connections = whole(name, text, Wrk.THREADS, 10_000);
                case "--starts" -> starts = whole(name, text, 0, 99);
                case "--against" -> against = url(text);
                case "--macs" -> macs = pairs(Path.of(text).toAbsolutePath());
                case "--pid" -> pid = process(name, text);
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

        private URI url(String text) {
            try {
                var url = new URI(text);
                if ("http".equals(url.getScheme())
                        && url.getHost() != null
                        && url.getUserInfo() == null
                        && url.getRawQuery() == null
                        && url.getRawFragment() == null) {
                    return url;
                }
            } catch (URISyntaxException e) {
                // Said below.
            }
            wrong("--against is " + text + " instead of http://HOST:PORT/PATH of an OTA check");
            return null;
        }

        private Path pairs(Path file) {
            try {
                List<String> lines = Files.readAllLines(file);
                if (lines.isEmpty()) {
                    wrong("--macs is " + file + ", which is empty");
                }
                for (String line : lines) {
                    if (!pair(line)) {
                        wrong("--macs has " + line + " instead of a MAC and a Client-Id");
                        break;
                    }
                }
            } catch (IOException e) {
                wrong("--macs is " + file + ", which can't be read");
            }
            return file;
        }

        // As firmware writes them; the script relies on their lengths.
        private static boolean pair(String line) {
            return line.length() == MAC + 1 + CLIENT_ID
                    && line.charAt(MAC) == ' '
                    && Mac.parse(line.substring(0, MAC)).isPresent()
                    && ClientId.parse(line.substring(MAC + 1)).isPresent();
        }

        private int process(String name, String text) {
            int number = whole(name, text, 1, Integer.MAX_VALUE);
            if (!Files.isDirectory(Path.of("/proc/" + number))) {
                wrong("--pid is " + text + ", and there is no such process here");
            }
            return number;
        }

        @Override
        protected void together() {
            if (compare != null && postgres) {
                wrong("--compare goes with the embedded store only, not with --postgres");
            }
            if (against == null && (macs != null || pid != 0)) {
                wrong("--macs and --pid go with --against");
            }
            if (against != null) {
                alone();
            }
        }

        private void alone() {
            if (compare != null || postgres) {
                wrong("--against measures a server alone, without --compare or --postgres");
            }
            if (phases.contains(Phase.IMPORT)) {
                wrong("--against has no import, which needs the server's own database");
            }
            if (phases.contains(Phase.BOUND) && macs == null) {
                wrong("--against needs --macs for bound, to know who is bound there");
            }
        }

        private Set<Phase> chosen() {
            if (!phases.isEmpty()) {
                return phases;
            }
            if (against == null) {
                return EnumSet.allOf(Phase.class);
            }
            return macs == null
                    ? EnumSet.of(Phase.NEW, Phase.ACTIVATE)
                    : EnumSet.of(Phase.NEW, Phase.ACTIVATE, Phase.BOUND);
        }

        private Against against() {
            if (against == null) {
                return null;
            }
            String path = against.getRawPath();
            int port = against.getPort() < 0 ? 80 : against.getPort();
            String site = "http://" + against.getHost() + ":" + port;
            boolean bare = path.isEmpty() || path.equals("/");
            return new Against(new Wrk.WrkTarget(site, bare ? USUAL_PATH : path, true, macs), pid);
        }

        CheckinOptions options() {
            if (pending == 0) {
                pending = against == null ? 100_000 : 1_000;
            }
            return new CheckinOptions(
                    new Sizes(devices, pending, imported, connections),
                    new Timing(seconds, warmup, runs, starts),
                    chosen(),
                    connectionClose,
                    new Stores(postgres, fresh),
                    compare,
                    against(),
                    new Usual(installWrk, help, json));
        }
    }
}
