package io.slipway.bench;

import java.nio.file.Path;
import java.util.Set;

/**
 * The command line.
 *
 * @param json null for a file named after the time, in the folder of results
 */
record BenchOptions(
        int devices,
        int pending,
        int seconds,
        int warmup,
        int runs,
        int starts,
        Set<Phase> phases,
        boolean connectionClose,
        boolean postgres,
        boolean fresh,
        boolean installWrk,
        boolean help,
        Path json)
        implements RunOptions {

    static final String HELP =
            """
            slipway bench checkin: the device plane, against a bare handler of the same framework
            设备接口的基准测试，与同框架的空处理器对照

              --devices N          bound devices in the store (1000000)
              --seconds S          length of a run (60)
              --warmup S           length of each warm-up (30)
              --runs N             runs of each, in turns; the median counts (3)
              --phases A,B         of bound, new, activate (all)
              --connection-close   also with "Connection: close", as devices send it
              --postgres           also on PostgreSQL, an embedded one
              --pending N          devices that show a code while they poll (100000)
              --starts N           starts that are timed; 0 for none (5)
              --fresh              fill the store anew even if there is one that fits
              --install-wrk        install wrk with apt-get if it is missing; needs root
              --json FILE          where the figures go (bench-results/checkin-TIME.json)
              --help               this

            The store is filled once, in bench-results/, and copied for each phase. Exit code 0: all
            answers were right, whatever the figures. 1: some were wrong, or something failed. 2: bad
            options.
            """;

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
        private int starts = 5;
        private Set<Phase> phases = Set.of(Phase.values());
        private boolean connectionClose;
        private boolean postgres;
        private boolean fresh;
        private boolean installWrk;

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
                case "--devices", "--pending", "--starts", "--phases" -> true;
                default -> false;
            };
        }

        @Override
        void value(String name, String text) {
            switch (name) {
                // Above, the indices of bound devices would run into those of the next kind.
                case "--devices" -> devices = whole(name, text, 1, (int) Fleet.PENDING);
                case "--pending" -> pending = whole(name, text, 1, 1_000_000);
                case "--starts" -> starts = whole(name, text, 0, 99);
                default -> phases = some(name, text, Phase.class, "bound, new or activate");
            }
        }

        BenchOptions options() {
            return new BenchOptions(
                    devices,
                    pending,
                    seconds,
                    warmup,
                    runs,
                    starts,
                    phases,
                    connectionClose,
                    postgres,
                    fresh,
                    installWrk,
                    help,
                    json);
        }
    }
}
