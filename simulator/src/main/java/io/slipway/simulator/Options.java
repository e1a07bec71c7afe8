package io.slipway.simulator;

import io.slipway.simulator.arguments.Arguments;
import io.slipway.simulator.arguments.OptionTable;
import io.slipway.simulator.fleet.FleetOptions;
import io.slipway.simulator.fleet.Mix;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Plain {@code simulate}.
 *
 * @param fleet without an owner, which is created from {@code login}
 * @param login null if the codes are not entered
 */
record Options(FleetOptions fleet, Console.@Nullable Login login) {

    private static final int DAY = 86_400;
    private static final int MANY = Integer.MAX_VALUE;
    private static final String HEADER =
            """
            slipway simulate: simulated devices that detect answers that would break real ones
            模拟设备：服务器的回答一旦会弄坏真设备，就报告出来
            """;
    private static final String FOOTER =
            """
            The modes --update and --make-image are described below.

            Exit code 0: no rule broken, with --bind all devices activated, with --talk some questions
            answered. 1: otherwise. 2: bad options.
            """;

    static Arguments<Options> arguments() {
        var table = new OptionTable(HEADER, FOOTER);
        var device = new DeviceArguments(table);
        var mix =
                table.value(
                        "--mix A=N,B=N",
                        "",
                        text -> text.isEmpty() ? Mix.DEFAULT : Mix.parse(text),
                        "kinds and weights: wifi, ml307, raw-ssid, serial, v1.7, v1.6, v1.5, v1.0, py");
        var ramp =
                table.whole("--ramp SECONDS", 0, DAY, 0, "time during which they are switched on");
        var seconds =
                table.whole("--seconds S", 1, DAY, 120, "maximum length of the run in seconds");
        var talk =
                table.flag(
                        "--talk", "talk once activated: wake up, ask, interrupt, lose the Wi-Fi");
        var sessions =
                table.value(
                        "--sessions N",
                        "",
                        text -> text.isEmpty() ? MANY : OptionTable.whole(text, 1, MANY),
                        "conversations per device, with --talk (until the time is over)");
        return new Arguments<>(
                table,
                wrong -> {
                    device.check(wrong);
                    if (sessions.isGiven() && !talk.get()) {
                        wrong.accept("--sessions without --talk");
                    }
                },
                () -> {
                    var fleet =
                            new FleetOptions(
                                    device.url.get(),
                                    device.devices.get(),
                                    mix.get(),
                                    device.seed.get(),
                                    new FleetOptions.Timing(
                                            device.pace(),
                                            Duration.ofSeconds(ramp.get()),
                                            Duration.ofSeconds(seconds.get()),
                                            device.hangUp()),
                                    device.connections.get(),
                                    null,
                                    talk.get() ? sessions.get() : 0);
                    return new Options(fleet, device.login());
                });
    }
}
