package io.slipway.bench.rollout;

import io.slipway.bench.BenchFailure;
import io.slipway.bench.Fleet;
import io.slipway.bench.Median;
import io.slipway.bench.Probe;
import io.slipway.bench.Servers;
import io.slipway.bench.Store;
import io.slipway.device.seen.SeenLog;
import io.slipway.protocol.firmware.Chip;
import io.slipway.protocol.firmware.ImageWriter;
import java.io.IOException;
import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.function.IntSupplier;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Check-ins of devices that get no update, alternating with and without running rollouts, compared
 * with a bare handler.
 */
final class MixRun {

    /** The image that all devices of the fleet run. */
    private static final String RUNNING_ELF =
            "c8a8ecb6d6fbcda682494d9675cd1ead240ecf38bdde75282a42365a0e396033";

    static final int ROLLOUTS = 20;

    private static final int NAMED = 1_000;
    private static final int MOST_SECONDS = 1_800;
    private static final Duration COUNTING = Duration.ofMinutes(5);

    // By then, the server has written what it writes after its answers; this is part of the cost.
    private static final Duration BEHIND = SeenLog.LONGEST.plusSeconds(2);

    private final RolloutOptions options;
    private final Servers servers;
    private final Fleet fleet;
    private final PrintStream out;
    private final Random random = new Random(1);

    /** One run of one server. */
    record ServerRun(double perSecond, double p50, double p99, double cpuMicros) {}

    /**
     * The results.
     *
     * @param first check-ins after the rollouts began, each of which reads the database once
     * @param reached devices in a rollout's share; they are left out of the rest
     */
    record MixFigures(
            ServerRun first,
            int reached,
            List<ServerRun> bare,
            List<ServerRun> without,
            List<ServerRun> with) {

        static double median(List<ServerRun> runs, ToDoubleFunction<ServerRun> figure) {
            return Median.of(runs.stream().map(figure::applyAsDouble).toList());
        }

        double ratio() {
            return over(with, without);
        }

        /** Ratio of the CPU time of a check-in. */
        static double over(List<ServerRun> runs, List<ServerRun> base) {
            double of = median(base, ServerRun::cpuMicros);
            return of == 0 ? 0 : median(runs, ServerRun::cpuMicros) / of;
        }

        Map<String, Object> json() {
            var map = new LinkedHashMap<String, Object>();
            map.put("rollouts", ROLLOUTS);
            map.put("cpuRatio", ratio());
            map.put("cpuRatioToBare", over(with, bare));
            map.put("reached", reached);
            map.put("first", first);
            map.put("bare", bare);
            map.put("without", without);
            map.put("with", with);
            return map;
        }
    }

    /** The clients of one server, with what was counted. */
    private record MixServer(String name, Servers.Running server, Askers askers) {}

    MixRun(RolloutOptions options, Servers servers, Fleet fleet, PrintStream out) {
        this.options = options;
        this.servers = servers;
        this.fleet = fleet;
        this.out = out;
    }

    /** On two copies that no server has open. */
    MixFigures run(Store without, Store with) throws IOException {
        String maker = Console.login(with, "maker", true);
        String other = Console.login(with, "other", false);
        try (var none = servers.real(without);
                var many = servers.real(with, OffersRun.NO_LIMIT, List.of());
                var askNone = new Askers(fleet, none.port());
                var askMany = new Askers(fleet, many.port())) {
            Probe.Answer answer =
                    Probe.send(none.port(), fleet.request(1, false, none.port())).orElseThrow();
            try (var bare = servers.bare(answer);
                    var askBare = new Askers(fleet, bare.port())) {
                String last = rollouts(many.port(), maker, other);
                var reached = new BitSet();
                everybody(askNone);
                double before = many.child().cpu();
                Askers.CallResults asked = everybody(askMany);
                ServerRun first = run(asked, many.child().cpu() - before);
                print("first", 1, first);
                reached.or(asked.offered());
                try (var console = new Console(many.port(), maker)) {
                    console.awaitCount(last, COUNTING);
                }
                // The count is unaffected, but the devices must reach their steady state.
                everybody(askMany);
                return compare(
                        new MixServer("bare", bare, askBare),
                        new MixServer("none", none, askNone),
                        new MixServer("many", many, askMany),
                        reached,
                        first);
            }
        }
    }

    private Askers.CallResults everybody(Askers askers) throws IOException {
        return askers.ask(OffersRun.inOrder(options.offers()), MOST_SECONDS).right();
    }

    private MixFigures compare(
            MixServer bare, MixServer none, MixServer many, BitSet reached, ServerRun first)
            throws IOException {
        var found =
                new MixFigures(
                        first,
                        reached.cardinality(),
                        new ArrayList<>(),
                        new ArrayList<>(),
                        new ArrayList<>());
        IntSupplier settled = () -> settled(reached);
        if (options.warmup() > 0) {
            for (MixServer side : List.of(bare, none, many)) {
                side.askers.ask(settled, options.warmup()).right();
            }
        }
        // No longer than the run itself: a short one yields no usable figure, and tests wait for
        // it.
        Duration length = Duration.ofSeconds(options.seconds());
        Duration settle = BEHIND.compareTo(length) < 0 ? BEHIND : length;
        for (int run = 1; run <= options.runs(); run++) {
            found.bare.add(measure(bare, settled, run, Duration.ZERO));
            found.without.add(measure(none, settled, run, settle));
            found.with.add(measure(many, settled, run, settle));
        }
        return found;
    }

    private int settled(BitSet reached) {
        int index = random.nextInt(options.offers());
        while (reached.get(index)) {
            index = random.nextInt(options.offers());
        }
        return index;
    }

    private ServerRun measure(MixServer side, IntSupplier next, int number, Duration settle)
            throws IOException {
        double before = side.server.child().cpu();
        Askers.CallResults asked = side.askers.ask(next, options.seconds()).right();
        if (!asked.offered().isEmpty()) {
            throw new BenchFailure(asked.offered().cardinality() + " were offered an update");
        }
        Servers.pause(settle);
        ServerRun run = run(asked, side.server.child().cpu() - before);
        print(side.name, number, run);
        return run;
    }

    private static ServerRun run(Askers.CallResults asked, double cpu) {
        return new ServerRun(
                asked.perSecond(),
                asked.latencies().millis(0.5),
                asked.latencies().millis(0.99),
                cpu * 1e6 / asked.answers());
    }

    private void print(String name, int number, ServerRun run) {
        out.printf(
                Locale.ROOT,
                "  %-8s run %d: %,8.0f check-ins/s  p50 %6.2f ms  p99 %6.2f ms  CPU %5.1f µs%n",
                name,
                number,
                run.perSecond(),
                run.p50(),
                run.p99(),
                run.cpuMicros());
    }

    /** Twenty running ones, and a paused one; returns the last running one. */
    private String rollouts(int port, String maker, String other) {
        var plans = new ArrayList<String>();
        try (var console = new Console(port, maker);
                var stranger = new Console(port, other)) {
            for (int i = 0; i < 7; i++) {
                String build = console.build(image("2.5." + i), "another-board-" + i);
                plans.add(Console.plan(build, "100", true, ""));
            }
            String same = console.build(image("2.4.2").elfSha256(RUNNING_ELF), Console.BOARD);
            for (int i = 0; i < 3; i++) {
                plans.add(Console.plan(same, "100", true, ""));
            }
            for (int i = 0; i < 3; i++) {
                String build = console.build(image("2.3." + i), Console.BOARD);
                plans.add(Console.plan(build, "100", true, ""));
            }
            String newer = "";
            for (int i = 0; i < 3; i++) {
                newer = console.build(image("2.6." + i), Console.BOARD);
                plans.add(Console.plan(newer, "1", true, ""));
            }
            plans.forEach(console::start);
            for (int i = 0; i < 3; i++) {
                stranger.start(Console.plan(newer, "100", false, ""));
            }
            String macs =
                    IntStream.range(0, NAMED)
                            .mapToObj(i -> "\"" + Fleet.mac(Fleet.PENDING + i) + "\"")
                            .collect(Collectors.joining(",", ",\"macs\":[", "]"));
            String paused = console.start(Console.plan(newer, "100", true, ""));
            console.call("POST", "/v1/rollouts/" + paused + "/pause", "{}");
            return console.start(Console.plan(newer, "100", true, macs));
        }
    }

    private static ImageWriter image(String version) {
        return new ImageWriter(Chip.ESP32S3).version(version);
    }
}
