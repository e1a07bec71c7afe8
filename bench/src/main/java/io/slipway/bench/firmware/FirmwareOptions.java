package io.slipway.bench.firmware;

import io.slipway.bench.OptionReader;
import io.slipway.bench.RunOptions;
import java.nio.file.Path;
import java.util.List;

/**
 * The command line of {@code bench firmware}.
 *
 * @param clients how many download at once, one after another
 * @param slow how many slow ones the server's memory is measured with
 */
record FirmwareOptions(
        List<Integer> clients,
        int megabytes,
        int slow,
        int seconds,
        int warmup,
        int runs,
        boolean help,
        Path json)
        implements RunOptions {

    static final String HELP =
            """
            slipway bench firmware: downloads, against nginx with sendfile, in turns
            固件下载的基准测试，与启用 sendfile 的 nginx 对照

              --clients A,B        how many download at once (1,100,1000)
              --megabytes N        length of the file, of 1,000,000 bytes each (4)
              --slow N             slow clients, for the server's memory; 0 for none (1000)
              --seconds S          length of a run (10)
              --warmup S           length of each warm-up (5)
              --runs N             runs of each, in turns; the median counts (3)
              --json FILE          where the figures go (bench-results/firmware-TIME.json)
              --help               this

            Needs nginx (Debian: apt-get install nginx-light). Exit code 0: every download was right,
            whatever the figures. 1: some were not, or something failed. 2: bad options, or no nginx.
            """;

    /**
     * Reads the command line.
     *
     * @throws IllegalArgumentException naming everything that is wrong, in one line
     */
    static FirmwareOptions parse(String... args) {
        var reader = new Reader();
        reader.read(args);
        return new FirmwareOptions(
                reader.clients,
                reader.megabytes,
                reader.slow,
                reader.seconds,
                reader.warmup,
                reader.runs,
                reader.help,
                reader.json);
    }

    private static final class Reader extends OptionReader {
        private List<Integer> clients = List.of(1, 100, 1000);
        private int megabytes = 4;
        private int slow = 1000;

        Reader() {
            super(10, 5);
        }

        @Override
        protected boolean flag(String name) {
            return false;
        }

        @Override
        protected boolean takesValue(String name) {
            return switch (name) {
                case "--clients", "--megabytes", "--slow" -> true;
                default -> false;
            };
        }

        @Override
        protected void value(String name, String text) {
            switch (name) {
                case "--megabytes" -> megabytes = whole(name, text, 1, 1_000);
                case "--slow" -> slow = whole(name, text, 0, 20_000);
                default ->
                        clients =
                                List.of(text.split(",", -1)).stream()
                                        .map(one -> whole(name, one, 1, 20_000))
                                        .toList();
            }
        }
    }
}
