package io.slipway.bench.firmware;

import io.slipway.bench.BenchFailure;
import io.slipway.bench.Command;
import io.slipway.bench.Fleet;
import io.slipway.bench.Folders;
import io.slipway.bench.Machine;
import io.slipway.bench.Median;
import io.slipway.bench.Servers;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.function.ToDoubleFunction;

/**
 * {@code ./slipway bench firmware}: downloads from the server's HTTP kit and from nginx,
 * alternating, and the memory that many slow ones take.
 */
public final class FirmwareBench {

    private static final Command<FirmwareOptions> COMMAND =
            new Command<>(
                    "firmware",
                    FirmwareOptions::arguments,
                    (options, home, results, out) ->
                            new FirmwareBench(options, home, results, Servers.How.built(home), out)
                                    .run());

    private static final String ROW = "%-10s %8s %10s %12s %12s %8s%n";
    private static final String NAME = "firmware.bin";
    private static final int SIP_MS = 250;
    private static final double RATE = 0.9;
    private static final double MEGABYTES = 50;

    private final FirmwareOptions options;
    private final Path home;
    private final Path results;
    private final Path work;
    private final Servers.How how;
    private final PrintStream out;

    /** One run of one server. */
    private record DownloadRun(double gigabytes, double seconds, double cpu) {
        double rate() {
            return gigabytes / seconds;
        }

        double cpuEach() {
            return gigabytes == 0 ? 0 : cpu / gigabytes;
        }
    }

    /** All runs with this many clients. */
    private record ClientFigures(int clients, List<DownloadRun> slipway, List<DownloadRun> nginx) {
        double ratio(ToDoubleFunction<DownloadRun> figure) {
            double base = median(nginx, figure);
            return base == 0 ? 0 : median(slipway, figure) / base;
        }

        Map<String, Object> json() {
            var map = new LinkedHashMap<String, Object>();
            map.put("clients", clients);
            map.put("rateRatio", ratio(DownloadRun::rate));
            map.put("cpuRatio", ratio(DownloadRun::cpuEach));
            map.put("slipwayGbPerSecond", median(slipway, DownloadRun::rate));
            map.put("nginxGbPerSecond", median(nginx, DownloadRun::rate));
            map.put("slipwayCpuSecondsPerGb", median(slipway, DownloadRun::cpuEach));
            map.put("nginxCpuSecondsPerGb", median(nginx, DownloadRun::cpuEach));
            map.put("runs", Map.of("slipway", slipway, "nginx", nginx));
            return map;
        }
    }

    private static double median(List<DownloadRun> runs, ToDoubleFunction<DownloadRun> figure) {
        return Median.of(runs.stream().map(figure::applyAsDouble).toList());
    }

    FirmwareBench(
            FirmwareOptions options, Path home, Path results, Servers.How how, PrintStream out) {
        this.options = options;
        this.home = home;
        this.results = results;
        this.work = results.resolve("run");
        this.how = how;
        this.out = out;
    }

    public static void main(String[] arguments) {
        COMMAND.main(arguments);
    }

    static int run(PrintStream out, PrintStream err, Path home, String... arguments) {
        return COMMAND.run(out, err, home, arguments);
    }

    /** Measures and reports; false if a download was wrong. */
    boolean run() throws IOException {
        Path nginx = Nginx.find();
        Folders.delete(work);
        Path root = work.resolve("root");
        Path file = root.resolve(FileServer.FOLDER.substring(1)).resolve(NAME);
        Files.createDirectories(file.getParent());
        var content = new byte[options.megabytes() * 1_000_000];
        new Random(1).nextBytes(content);
        Files.write(file, content);
        var machine = Machine.facts(results);
        var servers = new Servers(work, new Fleet(Fleet.scripts(home)), how);
        var figures = new ArrayList<ClientFigures>();
        Double growth = null;
        try {
            try (var ours = servers.beside(FileServer.class.getName(), file.toString());
                    var theirs = servers.foreign(port -> Nginx.start(nginx, port, root, work))) {
                for (int clients : options.clients()) {
                    out.printf(Locale.ROOT, "%,d clients%n", clients);
                    figures.add(compare(clients, ours, theirs));
                }
            }
            if (options.slow() > 0) {
                out.printf(Locale.ROOT, "%,d slow clients%n", options.slow());
                try (var ours = servers.beside(FileServer.class.getName(), file.toString())) {
                    growth = growth(ours);
                }
            }
        } finally {
            Files.delete(file);
        }
        report(machine, figures, growth);
        return true;
    }

    private ClientFigures compare(int clients, Servers.Running ours, Servers.Running theirs)
            throws IOException {
        var figures = new ClientFigures(clients, new ArrayList<>(), new ArrayList<>());
        if (options.warmup() > 0) {
            pull(ours, clients, options.warmup());
            pull(theirs, clients, options.warmup());
        }
        for (int run = 1; run <= options.runs(); run++) {
            figures.slipway.add(printed(run, "slipway", pull(ours, clients, options.seconds())));
            figures.nginx.add(printed(run, "nginx", pull(theirs, clients, options.seconds())));
        }
        return figures;
    }

    private DownloadRun printed(int run, String server, DownloadRun result) {
        out.printf(
                Locale.ROOT,
                "  run %d %-8s %6.2f GB/s, %.3f CPU s a GB%n",
                run,
                server,
                result.rate(),
                result.cpuEach());
        return result;
    }

    private DownloadRun pull(Servers.Running server, int clients, int seconds) throws IOException {
        try (var pullers = pullers(server, clients, false)) {
            double before = server.child().familyCpu();
            Pullers.Pulled pulled = right(pullers.pull(seconds));
            double cpu = server.child().familyCpu() - before;
            return new DownloadRun(pulled.bytes() / 1e9, pulled.seconds(), cpu);
        }
    }

    private Pullers pullers(Servers.Running server, int clients, boolean slow) throws IOException {
        String path = FileServer.FOLDER + NAME;
        return new Pullers(server.port(), path, options.megabytes() * 1_000_000L, clients, slow);
    }

    private static Pullers.Pulled right(Pullers.Pulled pulled) {
        if (pulled.failures() > 0) {
            throw new BenchFailure(pulled.failures() + " downloads were interrupted or wrong");
        }
        return pulled;
    }

    /** MB by which the process grew while serving slow clients. */
    private double growth(Servers.Running server) throws IOException {
        if (options.warmup() > 0) {
            // So that classes and buffers already exist.
            pull(server, 10, options.warmup());
        }
        long before = server.child().residentBytes();
        long most = before;
        try (var pullers = pullers(server, options.slow(), true)) {
            for (int round = 0; round < 2 * options.seconds() * 1000 / SIP_MS; round++) {
                Servers.pause(Duration.ofMillis(SIP_MS));
                right(pullers.sip());
                most = Math.max(most, server.child().residentBytes());
            }
        }
        return (most - before) / 1e6;
    }

    private void report(Map<String, Object> machine, List<ClientFigures> figures, Double growth)
            throws IOException {
        out.println();
        Machine.print(machine, out);
        out.printf(ROW, "", "clients", "GB/s", "CPU s a GB", "× CPU", "× GB/s");
        for (ClientFigures one : figures) {
            row("nginx", one.clients, one.nginx, 1, 1);
            row(
                    "slipway",
                    one.clients,
                    one.slipway,
                    one.ratio(DownloadRun::cpuEach),
                    one.ratio(DownloadRun::rate));
        }
        out.println();
        var all = new LinkedHashMap<String, Object>();
        all.put("megabytes", options.megabytes());
        all.put("machine", machine);
        all.put("downloads", figures.stream().map(ClientFigures::json).toList());
        for (ClientFigures one : figures) {
            String what = String.format(Locale.ROOT, "GB/s × nginx, %,d clients", one.clients);
            aim(
                    what,
                    one.ratio(DownloadRun::rate),
                    one.ratio(DownloadRun::rate) >= RATE,
                    "%.2f (≥ %.2f)",
                    RATE);
        }
        if (growth != null) {
            all.put("slowClients", options.slow());
            all.put("slowGrowthMb", growth);
            String what = String.format(Locale.ROOT, "MB more, %,d slow clients", options.slow());
            aim(what, growth, growth < MEGABYTES, "%.0f (< %.0f)", MEGABYTES);
        }
        Path file = Command.write("firmware", options, results, all);
        out.println("\nfigures in " + file + ", logs in " + work);
    }

    private void aim(String what, double value, boolean reached, String format, double aim) {
        String figures = String.format(Locale.ROOT, format, value, aim);
        out.printf("%-12s %-32s %s%n", reached ? "reached" : "NOT reached", what, figures);
    }

    private void row(String server, int clients, List<DownloadRun> runs, double cpu, double rate) {
        out.printf(
                ROW,
                server,
                String.format(Locale.ROOT, "%,d", clients),
                String.format(Locale.ROOT, "%.2f", median(runs, DownloadRun::rate)),
                String.format(Locale.ROOT, "%.3f", median(runs, DownloadRun::cpuEach)),
                String.format(Locale.ROOT, "%.2f", cpu),
                String.format(Locale.ROOT, "%.2f", rate));
    }
}
