package io.slipway.simulator;

import io.slipway.simulator.device.OtaUrl;
import io.slipway.simulator.fleet.FleetOptions;
import io.slipway.simulator.update.Behaviour;
import io.slipway.simulator.update.UpdateFaults;
import io.slipway.simulator.update.UpdateFleet;
import io.slipway.simulator.update.UpdateOptions;
import io.slipway.simulator.update.UpdateReport;
import io.slipway.simulator.update.Wreck;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * {@code simulate --update}.
 *
 * @param options without an owner: that is made of {@code login}
 * @param login null when nobody enters the codes
 * @param report null when it is only printed
 */
record UpdateCommand(UpdateOptions options, Console.@Nullable Login login, @Nullable Path report) {

    static final String HELP =
            """

            slipway simulate --update: devices that install what they are offered, and what happens to them
            会升级的设备：下载、安装、重启、回滚，以及途中的种种意外

              --devices N, --url URL, --seed N, --speed F, --fast, --concurrency C,
              --bind, --user, --password, --register, --setup-code     as above
              --server URL       the same as --url URL/v1/ota/
              --ramp TIME        real time over which they are switched on: 90s, 15m, 8h, 1d (0)
              --duration TIME    real time of the run (2m)
              --boards B=N,…     boards and weights, board[:chip[:table]] (bread-compact-wifi:esp32s3:v2-16m);
                                 tables: v2-16m, v2-16m-c3, v2-8m, v2-4m (no slots), v1-16m, v1-8m
              --versions V=N,…   what they run at first (2.4.2)
              --reboot-every T   mean time, of theirs, until somebody switches them off and on (8h)
              --rate BYTES       read in a second, of theirs; 0 for as fast as it goes (60000)
              --fault F=S,…      what goes wrong, and its share; F@K: at byte K of the download.
                                 Of downloads: bad-image, power-loss, cut, no-start.
                                 Of installs: crash-before-valid, crash-on-answer, crash-after-valid,
                                 hang, no-return. Of starts: usb-reflash (or usb-other-version,
                                 usb-other-build, usb-erase). Of check-ins: duplicate-post,
                                 lost-post, lost-answer
              --crash-version V  a version that does harm wherever it runs
              --crash HOW        what it does (crash-before-valid)
              --crash-board B    only on this board
              --report FILE      write the final report there, too

            Exit code 0: a server answered and broke no rule.
            """;

    private static final Set<String> FLAGS = join(Arguments.LOGIN_FLAGS, "--update", "--fast");
    private static final Set<String> VALUES =
            join(
                    Arguments.LOGIN_VALUES,
                    "--devices",
                    "--url",
                    "--server",
                    "--seed",
                    "--speed",
                    "--concurrency",
                    "--ramp",
                    "--duration",
                    "--boards",
                    "--versions",
                    "--reboot-every",
                    "--rate",
                    "--fault",
                    "--crash-version",
                    "--crash",
                    "--crash-board",
                    "--report");

    private static Set<String> join(Set<String> some, String... others) {
        var all = new HashSet<>(some);
        all.addAll(Set.of(others));
        return Set.copyOf(all);
    }

    /**
     * Reads the command line.
     *
     * @throws IllegalArgumentException naming everything that is wrong, in one line
     */
    static UpdateCommand parse(String... args) {
        var given = new Arguments(FLAGS, VALUES, args);
        String usual = "http://127.0.0.1:8080/v1/ota/";
        if (given.has("--server") && given.has("--url")) {
            given.problem("--server and --url together");
        }
        String url =
                given.has("--server")
                        ? given.read("--server", usual, "", UpdateCommand::ota)
                        : given.read("--url", usual, "", UpdateCommand::known);
        int devices = given.whole("--devices", "10", 1, FleetOptions.MAX_DEVICES);
        UpdateOptions options = UpdateOptions.of(url, devices);
        String board = "bread-compact-wifi";
        given.read("--boards", board, "boards and weights", options::boards);
        given.read("--versions", "2.4.2", "versions and weights", options::versions);
        options.seed(given.read("--seed", "1", "a whole number", Long::parseLong));
        options.speed(given.speed());
        options.connections(given.whole("--concurrency", "500", 1, 20_000));
        options.ramp(given.duration("--ramp", "0"));
        options.limit(given.duration("--duration", "2m"));
        Duration often = given.duration("--reboot-every", "8h");
        if (often.isZero()) {
            given.problem("--reboot-every is no time");
        } else {
            options.rebootEvery(often);
        }
        options.rate(given.whole("--rate", "60000", 0, 1 << 30));
        options.faults(
                given.read(
                        "--fault",
                        "",
                        "faults and shares",
                        text -> text.isEmpty() ? UpdateFaults.NONE : UpdateFaults.parse(text)));
        options.wreck(wreck(given));
        Path report =
                given.has("--report") ? given.read("--report", ".", "", Arguments::path) : null;
        Console.Login login = given.login();
        given.check();
        return new UpdateCommand(options, login, report);
    }

    private static String ota(String server) {
        return known(server.replaceFirst("/+$", "") + "/v1/ota/");
    }

    private static String known(String url) {
        OtaUrl.parse(url);
        return url;
    }

    private static Wreck wreck(Arguments given) {
        Behaviour how = given.read("--crash", "crash-before-valid", "", Behaviour::parse);
        String version = given.text("--crash-version", "");
        if (version.isEmpty() && (given.has("--crash") || given.has("--crash-board"))) {
            given.problem("--crash and --crash-board need --crash-version");
        }
        return new Wreck(version, how, given.text("--crash-board", ""));
    }

    /** Runs and gives the exit code. */
    int run(PrintStream out, PrintStream err, Duration every) throws InterruptedException {
        Consumer<UpdateReport> progress = report -> err.println(report.line());
        UpdateReport last;
        if (login == null) {
            last = UpdateFleet.run(options, every, progress);
        } else {
            try (Console console = Console.open(options.url.origin(), login)) {
                last = UpdateFleet.run(options.owner(console), every, progress);
            } catch (IOException e) {
                err.println(Simulate.consoleSays(options.url, e));
                return 1;
            }
        }
        String verdict =
                last.clean()
                        ? "OK: no rule broken  未发现会弄坏设备的回答"
                        : last.fleet().rulesBroken() > 0
                                ? "FAILED: real devices would break  会弄坏真设备"
                                : "FAILED: no usable answer  没有可用的回答";
        out.print(last.text());
        out.println(verdict);
        Path file = report;
        if (file != null) {
            try {
                Files.writeString(file, last.text() + verdict + "\n");
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return last.clean() ? 0 : 1;
    }
}
