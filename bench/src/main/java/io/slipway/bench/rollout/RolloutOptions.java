package io.slipway.bench.rollout;

import io.slipway.bench.Fleet;
import io.slipway.bench.OptionReader;
import io.slipway.bench.RunOptions;
import java.nio.file.Path;
import java.util.Set;

/**
 * The command line of {@code bench rollout}.
 *
 * @param devices that a rollout is made over
 * @param offers devices that each get one, and that check in while rollouts run
 */
record RolloutOptions(
        int devices,
        int offers,
        Set<Part> phases,
        boolean fresh,
        int seconds,
        int warmup,
        int runs,
        boolean help,
        Path json)
        implements RunOptions {

    /** What is measured. */
    enum Part {
        OFFERS,
        CHECKINS,
        PLAN
    }

    static final String HELP =
            """
            slipway bench rollout: offers a second, check-ins while rollouts run, and starting one
            升级的基准测试：每秒下发数、有升级任务时的设备检查、创建并启动升级任务

              --phases A,B         of offers, checkins, plan (all)
              --offers N           devices that get an offer, and that check in (200000)
              --devices N          devices that a rollout is made over (1000000)
              --seconds S          length of a run of check-ins (20)
              --warmup S           length of each warm-up (10)
              --runs N             runs of each, in turns, and rollouts made; the median counts (3)
              --fresh              fill the stores anew even if there are some that fit
              --json FILE          where the figures go (bench-results/rollout-TIME.json)
              --help               this

            The stores are filled once, in bench-results/. Exit code 0: all answers were right and
            all offers durable, whatever the figures. 1: some were not, or something failed. 2: bad
            options.
            """;

    /**
     * Reads the command line.
     *
     * @throws IllegalArgumentException naming everything that is wrong, in one line
     */
    static RolloutOptions parse(String... args) {
        var reader = new Reader();
        reader.read(args);
        return new RolloutOptions(
                reader.devices,
                reader.offers,
                reader.phases,
                reader.fresh,
                reader.seconds,
                reader.warmup,
                reader.runs,
                reader.help,
                reader.json);
    }

    private static final class Reader extends OptionReader {
        private int devices = 1_000_000;
        private int offers = 200_000;
        private Set<Part> phases = Set.of(Part.values());
        private boolean fresh;

        Reader() {
            super(20, 10);
        }

        @Override
        protected boolean flag(String name) {
            fresh |= name.equals("--fresh");
            return name.equals("--fresh");
        }

        @Override
        protected boolean takesValue(String name) {
            return switch (name) {
                case "--devices", "--offers", "--phases" -> true;
                default -> false;
            };
        }

        @Override
        protected void value(String name, String text) {
            switch (name) {
                // Above, the indices of bound devices would run into those of the next kind.
                case "--devices" -> devices = whole(name, text, 1, (int) Fleet.PENDING);
                case "--offers" -> offers = whole(name, text, 100, (int) Fleet.PENDING);
                default -> phases = some(name, text, Part.class, "offers, checkins or plan");
            }
        }
    }
}
