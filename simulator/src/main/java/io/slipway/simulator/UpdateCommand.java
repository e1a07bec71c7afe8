package io.slipway.simulator;

import io.slipway.simulator.arguments.Arguments;
import io.slipway.simulator.arguments.OptionTable;
import io.slipway.simulator.arguments.OptionValue;
import io.slipway.simulator.device.OtaUrl;
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
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * {@code simulate --update}.
 *
 * @param options without an owner, which is created from {@code login}
 * @param login null if the codes are not entered
 * @param report null if it is only printed
 */
record UpdateCommand(UpdateOptions options, Console.@Nullable Login login, @Nullable Path report) {

    private static final String HEADER =
            """
            slipway simulate --update: devices that install the builds they are offered, with faults on the way
            会升级的设备：下载、安装、重启、回滚，以及途中的种种意外
            """;
    private static final String FOOTER =
            """
            A TIME is 90s, 15m, 8h or 1d.

            Exit code 0: a server answered and broke no rule. 1: otherwise. 2: bad options.
            """;
    private static final String BOARDS =
            "board[:chip[:table]] and weights, by default esp32s3 and v2-16m; tables: v2-16m,"
                    + " v2-16m-c3, v2-8m, v2-4m (no slots), v1-16m, v1-8m";
    private static final String FAULTS =
            """
            faults and their shares, 0 to 1; F@K: at byte K of the download.
            In downloads: bad-image, power-loss, cut, no-start.
            In installations: crash-before-valid, crash-on-answer, crash-after-valid, hang, no-return.
            At starts: usb-reflash (or usb-other-version, usb-other-build, usb-erase).
            In check-ins: duplicate-post, lost-post, lost-answer\
            """;

    static Arguments<UpdateCommand> arguments() {
        var table = new OptionTable(HEADER, FOOTER);
        table.flag("--update", "simulate devices that update their firmware");
        var device = new DeviceArguments(table);
        var server =
                table.value(
                        "--server URL", "", UpdateCommand::ota, "the same as --url URL/v1/ota/");
        var ramp = time(table, "--ramp TIME", "0", "real time during which they are switched on");
        var limit = time(table, "--duration TIME", "2m", "real length of the run");
        // Whose setters know what is valid.
        UpdateOptions tried = UpdateOptions.of(DeviceArguments.USUAL_URL, 1);
        var boards =
                table.value(
                        "--boards B=N,…",
                        "bread-compact-wifi",
                        text -> set(tried::boards, text),
                        BOARDS);
        var versions =
                table.value(
                        "--versions V=N,…",
                        "2.4.2",
                        text -> set(tried::versions, text),
                        "initial versions and weights");
        var reboot =
                table.value(
                        "--reboot-every TIME",
                        "8h",
                        text -> set(tried::rebootEvery, duration(text)),
                        "mean time between power cycles, in their time");
        var rate =
                table.whole(
                        "--rate BYTES",
                        0,
                        1 << 30,
                        60_000,
                        "download rate per second of their time; 0 for unlimited");
        var faults = table.value("--fault F=S,…", "", UpdateCommand::faults, FAULTS);
        var version =
                table.text(
                        "--crash-version V",
                        "",
                        "a version on which devices misbehave, with any image");
        String usual = Behaviour.CRASH_BEFORE_VALID.label();
        var crash =
                table.value(
                        "--crash HOW",
                        usual,
                        Behaviour::parse,
                        "how they misbehave, as with --break");
        var board = table.text("--crash-board B", "", "only on this board");
        var report =
                table.value(
                        "--report FILE", "", Path::of, "also write the final report to this file");
        return new Arguments<>(
                table,
                wrong -> {
                    device.check(wrong);
                    if (server.isGiven() && device.url.isGiven()) {
                        wrong.accept("--server and --url exclude each other");
                    }
                    if (version.get().isEmpty() && (crash.isGiven() || board.isGiven())) {
                        wrong.accept("--crash and --crash-board need --crash-version");
                    }
                },
                () -> {
                    OtaUrl url = server.isGiven() ? server.get() : device.url.get();
                    UpdateOptions options =
                            UpdateOptions.of(url, device.devices.get())
                                    .boards(boards.get())
                                    .versions(versions.get())
                                    .seed(device.seed.get())
                                    .speed(device.pace().speed())
                                    .hangUp(device.hangUp())
                                    .connections(device.connections.get())
                                    .ramp(ramp.get())
                                    .limit(limit.get())
                                    .rebootEvery(reboot.get())
                                    .rate(rate.get())
                                    .faults(faults.get())
                                    .wreck(new Wreck(version.get(), crash.get(), board.get()));
                    return new UpdateCommand(
                            options, device.login(), report.isGiven() ? report.get() : null);
                });
    }

    private static OtaUrl ota(String server) {
        return OtaUrl.parse(
                server.isEmpty()
                        ? DeviceArguments.USUAL_URL
                        : server.replaceFirst("/+$", "") + "/v1/ota/");
    }

    private static UpdateFaults faults(String text) {
        return text.isEmpty() ? UpdateFaults.NONE : UpdateFaults.parse(text);
    }

    private static OptionValue<Duration> time(
            OptionTable table, String name, String standard, String description) {
        return table.value(name, standard, UpdateCommand::duration, description);
    }

    private static Duration duration(String text) {
        if (!text.matches("[0-9]{1,7}[smhd]?")) {
            throw OptionTable.insteadOf(text, "a time such as 90s, 15m, 8h or 1d");
        }
        int last = text.length() - 1;
        char unit = Character.isDigit(text.charAt(last)) ? 's' : text.charAt(last);
        long number = Long.parseLong(text.replaceAll("[smhd]", ""));
        return switch (unit) {
            case 'm' -> Duration.ofMinutes(number);
            case 'h' -> Duration.ofHours(number);
            case 'd' -> Duration.ofDays(number);
            default -> Duration.ofSeconds(number);
        };
    }

    private static <V> V set(Consumer<V> setter, V value) {
        setter.accept(value);
        return value;
    }

    /** Runs and returns the exit code. */
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
