package io.slipway.simulator;

import io.slipway.simulator.arguments.OptionTable;
import io.slipway.simulator.count.Findings;
import io.slipway.simulator.device.OtaUrl;
import io.slipway.simulator.fleet.Fleet;
import io.slipway.simulator.fleet.FleetOptions;
import io.slipway.simulator.fleet.FleetReport;
import io.slipway.simulator.strict.RuleBroken;
import io.slipway.simulator.talk.TalkReport;
import java.io.IOException;
import java.io.PrintStream;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The command line of the simulator. */
public final class Simulate {

    private Simulate() {}

    public static void main(String[] args) throws InterruptedException {
        // Null in a Java runtime without the module for terminals.
        boolean terminal =
                Optional.ofNullable(System.console())
                        .map(java.io.Console::isTerminal)
                        .orElse(false);
        System.exit(run(System.out, System.err, Duration.ofSeconds(terminal ? 1 : 5), args));
    }

    /** Runs and returns the exit code. */
    public static int run(PrintStream out, PrintStream err, Duration every, String... args)
            throws InterruptedException {
        if (OptionTable.asksForHelp(args)) {
            out.print(
                    String.join(
                            "\n",
                            Options.arguments().help(),
                            UpdateCommand.arguments().help(),
                            MakeImage.arguments().help()));
            return 0;
        }
        Command command;
        try {
            command = command(args);
        } catch (IllegalArgumentException e) {
            err.println("simulate: " + e.getMessage() + " (see --help)");
            return 2;
        }
        return command.run(out, err, every);
    }

    /** One of the program's three functions. */
    @FunctionalInterface
    private interface Command {

        /**
         * @return the exit code
         */
        int run(PrintStream out, PrintStream err, Duration every) throws InterruptedException;
    }

    private static Command command(String... args) {
        if (List.of(args).contains("--update")) {
            UpdateCommand update = UpdateCommand.arguments().read(args);
            return update::run;
        }
        if (Stream.of(args).anyMatch(arg -> arg.split("=", 2)[0].equals("--make-image"))) {
            MakeImage make = MakeImage.arguments().read(args);
            return (out, err, every) -> make.run(out, err);
        }
        Options options = Options.arguments().read(args);
        return (out, err, every) -> fleet(options, out, err, every);
    }

    private static int fleet(Options options, PrintStream out, PrintStream err, Duration every)
            throws InterruptedException {
        Console.Login login = options.login();
        if (login == null) {
            return report(out, Fleet.run(options.fleet(), every, progress(err)), false);
        }
        try (Console console = Console.open(options.fleet().url().origin(), login)) {
            FleetOptions bound = options.fleet().withOwner(console);
            return report(out, Fleet.run(bound, every, progress(err)), true);
        } catch (IOException e) {
            err.println(consoleSays(options.fleet().url(), e));
            return 1;
        }
    }

    static String consoleSays(OtaUrl url, IOException e) {
        String reason = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
        return "simulate: the console of " + url.origin() + ": " + reason;
    }

    /** Prints a line each time, with the rate since the previous one. */
    private static Consumer<FleetReport> progress(PrintStream err) {
        var before = new AtomicReference<FleetReport>();
        return now -> {
            FleetReport last = before.getAndSet(now);
            err.println(
                    last == null
                            ? line(now, now.counts().requests(), now.seconds())
                            : line(
                                    now,
                                    now.counts().requests() - last.counts().requests(),
                                    now.seconds() - last.seconds()));
        };
    }

    private static String line(FleetReport r, long requests, double seconds) {
        return String.format(
                        Locale.ROOT,
                        "%4.0f s  booted %d/%d  code %d  no code %d  activated %d  failed %d"
                                + "  %.0f req/s  p50 %.1f ms  p99 %.1f ms  rules broken %d",
                        r.seconds(),
                        r.states().booted(),
                        r.devices(),
                        r.states().waitingWithCode(),
                        r.states().waitingWithoutCode(),
                        r.states().activated(),
                        r.states().failed(),
                        requests / Math.max(0.001, seconds),
                        r.latency().p50Ms(),
                        r.latency().p99Ms(),
                        r.rulesBroken())
                + talk(r.talk());
    }

    private static String talk(@Nullable TalkReport talk) {
        return talk == null
                ? ""
                : String.format(
                        Locale.ROOT,
                        "  sessions %d  turns %d  up %d  down %d",
                        talk.sessions(),
                        talk.turns(),
                        talk.framesUp(),
                        talk.framesDown());
    }

    private static int report(PrintStream out, FleetReport r, boolean bind) {
        TalkReport talk = r.talk();
        // A device that restarts because the server told it to has been activated before.
        boolean activated =
                !bind || r.allActivated() || (talk != null && talk.incidents().reboots() > 0);
        boolean talked = talk == null || talk.turns() > 0;
        boolean good = r.clean() && activated && talked;
        out.println(line(r, r.counts().requests(), r.seconds()));
        out.printf(
                Locale.ROOT,
                "requests %d, codes entered %d, flash writes %d in %d devices%n",
                r.counts().requests(),
                r.counts().codesEntered(),
                r.counts().nvsWrites(),
                r.devices());
        if (talk != null) {
            out.printf(
                    Locale.ROOT,
                    "sessions %d, turns %d, answers after p50 %.0f ms p99 %.0f ms,"
                            + " frames up %d down %d, interrupted %d, Wi-Fi lost %d,"
                            + " refused %d, restarted %d%n",
                    talk.sessions(),
                    talk.turns(),
                    talk.answers().p50Ms(),
                    talk.answers().p99Ms(),
                    talk.framesUp(),
                    talk.framesDown(),
                    talk.incidents().interruptions(),
                    talk.incidents().losses(),
                    talk.incidents().refusals(),
                    talk.incidents().reboots());
        }
        Findings found = r.allFindings();
        found.broken().forEach(finding -> out.println("BROKEN " + finding));
        found.warnings().forEach(finding -> out.println("warning " + finding));
        found.troubles().forEach(finding -> out.println("trouble " + finding));
        if (good) {
            out.println("OK: no rule broken  未发现会弄坏设备的回答");
        } else if (!found.broken().isEmpty()) {
            out.println("FAILED: real devices would break  会弄坏真设备");
            out.println(RuleBroken.WHERE);
        } else if (r.counts().goodAnswers() == 0) {
            out.println("FAILED: no usable answer  没有可用的回答");
        } else if (!talked) {
            out.println("FAILED: no question was answered  没有一次提问得到回答");
        } else {
            out.println("FAILED: not all devices were activated  并非所有设备都已激活");
        }
        return good ? 0 : 1;
    }
}
