package io.slipway.bench.sessions;

import io.slipway.bench.OptionReader;
import io.slipway.bench.RunOptions;
import java.nio.file.Path;
import java.util.Set;

/**
 * The command line of {@code bench sessions}.
 *
 * @param idle sessions that say hello and then nothing
 * @param talking sessions that speak and are spoken to all the time
 * @param json null for a file named after the time, in the folder of results
 */
record SessionsOptions(
        int idle,
        int talking,
        int seconds,
        int warmup,
        int runs,
        Set<Part> phases,
        boolean fresh,
        boolean help,
        Path json)
        implements RunOptions {

    /** What is measured. */
    enum Part {
        /** What a session costs in memory. */
        IDLE,
        /** What a frame costs in time and CPU. */
        TALK
    }

    static final String HELP =
            """
            slipway bench sessions: voice sessions, against a bare echo of the same framework
            语音会话的基准测试，与同框架的空回声服务对照

              --idle N             sessions that say hello and then nothing (20000)
              --talking N          sessions that talk both ways through the relay (1000)
              --seconds S          length of a run (20)
              --warmup S           length of each warm-up (10)
              --runs N             runs of each, in turns; the median counts (3)
              --phases A,B         of idle, talk (all)
              --fresh              fill the store anew even if there is one that fits
              --json FILE          where the figures go (bench-results/sessions-TIME.json)
              --help               this

            Each session is one open file, here and in the server: 20,000 of them need "ulimit -n"
            above 20,500. Exit code 0: every frame came back, in order and unchanged, whatever the
            figures. 1: some did not, or something failed. 2: bad options.
            """;

    /**
     * Reads the command line.
     *
     * @throws IllegalArgumentException naming everything that is wrong, in one line
     */
    static SessionsOptions parse(String... args) {
        var reader = new Reader();
        reader.read(args);
        return reader.options();
    }

    private static final class Reader extends OptionReader {
        private int idle = 20_000;
        private int talking = 1_000;
        private Set<Part> phases = Set.of(Part.values());
        private boolean fresh;

        Reader() {
            super(20, 10);
        }

        @Override
        protected boolean flag(String name) {
            boolean known = name.equals("--fresh");
            fresh |= known;
            return known;
        }

        @Override
        protected boolean takesValue(String name) {
            return switch (name) {
                case "--idle", "--talking", "--phases" -> true;
                default -> false;
            };
        }

        @Override
        protected void value(String name, String text) {
            switch (name) {
                case "--idle" -> idle = whole(name, text, 1, 1_000_000);
                case "--talking" -> talking = whole(name, text, 1, 20_000);
                default -> phases = some(name, text, Part.class, "idle or talk");
            }
        }

        SessionsOptions options() {
            return new SessionsOptions(
                    idle, talking, seconds, warmup, runs, phases, fresh, help, json);
        }
    }
}
