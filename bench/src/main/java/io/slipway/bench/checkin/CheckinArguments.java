package io.slipway.bench.checkin;

import io.slipway.bench.Fleet;
import io.slipway.bench.RunOptions;
import io.slipway.protocol.ClientId;
import io.slipway.protocol.Mac;
import io.slipway.simulator.arguments.Arguments;
import io.slipway.simulator.arguments.OptionTable;
import io.slipway.simulator.arguments.OptionValue;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/** The command line of {@code bench checkin}. */
final class CheckinArguments {

    private static final String HEADER =
            """
            slipway bench checkin: the device plane, compared with a bare handler of the same framework
            设备接口的基准测试，与同框架的空处理器对照
            """;
    private static final String FOOTER =
            """
            The store is filled once, in bench-results/, and copied for each phase. After the timed runs,
            short ones measure what a request costs on any machine: bytes allocated, statements,
            system calls (with strace), and where the time goes.

            --against sends load only to the server that you name; ask its owner first. There, the
            answer to a check-in is correct if it is 200 with JSON that has server_time, firmware,
            websocket, mqtt or activation and no "error", and no code for a bound device; the answer
            to a poll, by one of --pending devices (1000 by default) that checked in before, if it is
            200 or 202. Exit code 0: all answers were correct, whatever the figures. 1: some were
            wrong, or something failed. 2: bad options.
            """;
    private static final String IMPORTED =
            """
            devices announced by MAC; each is used only once, so N limits the length of the runs of \
            "import"\
            """;
    private static final String COMPARE =
            """
            another built checkout of Slipway, such as an older one, to alternate with on a copy of the \
            same filled store\
            """;
    private static final String AGAINST =
            """
            send the same load to a running server that speaks the protocol, instead of starting one: \
            http://HOST:PORT/PATH (/xiaozhi/ota/)\
            """;
    private static final String MACS =
            """
            with --against: devices that are bound there, MAC and Client-Id per line; required for \
            "bound"\
            """;

    /** The path of the OTA check on most servers. */
    private static final String USUAL_PATH = "/xiaozhi/ota/";

    private static final int MAC = 17;
    private static final int CLIENT_ID = 36;

    // Above this, the indices of bound devices would overlap with those of the next kind.
    private static final int MOST = (int) Fleet.PENDING;

    private CheckinArguments() {}

    static Arguments<CheckinOptions> arguments() {
        var table = new OptionTable(HEADER, FOOTER);
        var devices = table.whole("--devices N", 1, MOST, 1_000_000, "bound devices in the store");
        var run = RunOptions.Run.in(table, 60, 30);
        var phases = table.some("--phases A,B", Phase.class, "what is measured");
        var close =
                table.flag(
                        "--connection-close",
                        "also measure with \"Connection: close\", as devices send it");
        var postgres = table.flag("--postgres", "also measure on an embedded PostgreSQL");
        var pending =
                table.whole(
                        "--pending N",
                        1,
                        1_000_000,
                        100_000,
                        "devices that show a code while they poll");
        var imported = table.whole("--imported N", 1, 4_000_000, 200_000, IMPORTED);
        var connections =
                table.whole(
                        "--connections N",
                        Wrk.THREADS,
                        10_000,
                        Wrk.CONNECTIONS,
                        "concurrent connections");
        var starts = table.whole("--starts N", 0, 99, 5, "timed starts of the server; 0 for none");
        var compare = table.value("--compare HOME", "", CheckinArguments::path, COMPARE);
        var against = table.value("--against URL", "", CheckinArguments::url, AGAINST);
        var macs = table.value("--macs FILE", "", CheckinArguments::path, MACS);
        var pid =
                table.value(
                        "--pid N",
                        "",
                        text -> text.isEmpty() ? 0 : OptionTable.whole(text, 1, Integer.MAX_VALUE),
                        "with --against: its process on this machine, for its CPU time");
        var fresh = table.flag("--fresh", "fill the store again even if a suitable one exists");
        var installWrk =
                table.flag(
                        "--install-wrk", "install wrk with apt-get if it is missing; needs root");
        return new Arguments<>(
                table,
                wrong -> {
                    if (compare.isGiven()) {
                        built(compare.get(), wrong);
                    }
                    if (macs.isGiven()) {
                        pairs(macs.get(), wrong);
                    }
                    if (pid.get() > 0 && !Files.isDirectory(Path.of("/proc/" + pid.get()))) {
                        wrong.accept(
                                "--pid is " + pid.get() + ", and there is no such process here");
                    }
                    if (compare.isGiven() && postgres.get()) {
                        wrong.accept(
                                "--compare only works with the embedded store, not with"
                                        + " --postgres");
                    }
                    if (against.isGiven()) {
                        boolean others = compare.isGiven() || postgres.get();
                        alone(others, phases, macs.isGiven(), wrong);
                    } else if (macs.isGiven() || pid.isGiven()) {
                        wrong.accept("--macs and --pid only work with --against");
                    }
                },
                () -> {
                    boolean ours = !against.isGiven();
                    Path bound = macs.isGiven() ? macs.get() : null;
                    int shown = ours || pending.isGiven() ? pending.get() : 1_000;
                    return new CheckinOptions(
                            new CheckinOptions.Sizes(
                                    devices.get(),
                                    shown,
                                    imported.get(),
                                    connections.get(),
                                    starts.get()),
                            run.get(),
                            ours || phases.isGiven() ? phases.get() : against(bound),
                            close.get(),
                            new CheckinOptions.Stores(postgres.get(), fresh.get()),
                            compare.isGiven() ? compare.get() : null,
                            ours ? null : target(against.get(), bound, pid.get()),
                            installWrk.get());
                });
    }

    private static Path path(String text) {
        return Path.of(text).toAbsolutePath().normalize();
    }

    private static URI url(String text) {
        try {
            var url = new URI(text);
            boolean usable =
                    "http".equals(url.getScheme())
                            && url.getHost() != null
                            && url.getUserInfo() == null
                            && url.getRawQuery() == null
                            && url.getRawFragment() == null;
            if (usable || text.isEmpty()) {
                return url;
            }
        } catch (URISyntaxException e) {
            // Reported below.
        }
        throw OptionTable.insteadOf(text, "http://HOST:PORT/PATH of an OTA check");
    }

    private static void built(Path home, Consumer<String> wrong) {
        if (!Files.isExecutable(home.resolve("slipway"))
                || !Files.exists(home.resolve("server/target/slipway.jar"))) {
            wrong.accept(
                    "--compare is "
                            + home
                            + ", which is not a built checkout of Slipway: run ./slipway settings"
                            + " there first");
        }
    }

    private static void pairs(Path file, Consumer<String> wrong) {
        try {
            List<String> lines = Files.readAllLines(file);
            if (lines.isEmpty()) {
                wrong.accept("--macs is " + file + ", which is empty");
            }
            lines.stream()
                    .filter(line -> !pair(line))
                    .limit(1)
                    .map(line -> "--macs has " + line + " instead of a MAC and a Client-Id")
                    .forEach(wrong);
        } catch (IOException e) {
            wrong.accept("--macs is " + file + ", which can't be read");
        }
    }

    // As firmware writes them; the script depends on their lengths.
    private static boolean pair(String line) {
        return line.length() == MAC + 1 + CLIENT_ID
                && line.charAt(MAC) == ' '
                && Mac.parse(line.substring(0, MAC)).isPresent()
                && ClientId.parse(line.substring(MAC + 1)).isPresent();
    }

    private static void alone(
            boolean others, OptionValue<Set<Phase>> phases, boolean macs, Consumer<String> wrong) {
        if (others) {
            wrong.accept("--against measures a server alone, without --compare or --postgres");
        }
        if (phases.isGiven() && phases.get().contains(Phase.IMPORT)) {
            wrong.accept("--against has no import, which needs the server's own database");
        }
        if (phases.isGiven() && phases.get().contains(Phase.BOUND) && !macs) {
            wrong.accept("--against needs --macs for bound, to know which devices are bound there");
        }
    }

    private static Set<Phase> against(Path macs) {
        return macs == null
                ? EnumSet.of(Phase.NEW, Phase.ACTIVATE)
                : EnumSet.of(Phase.NEW, Phase.ACTIVATE, Phase.BOUND);
    }

    private static CheckinOptions.Against target(URI url, Path macs, int pid) {
        String path = url.getRawPath();
        int port = url.getPort() < 0 ? 80 : url.getPort();
        String site = "http://" + url.getHost() + ":" + port;
        boolean bare = path.isEmpty() || path.equals("/");
        return new CheckinOptions.Against(
                new Wrk.WrkTarget(site, bare ? USUAL_PATH : path, true, macs), pid);
    }
}
