package io.slipway.simulator;

import io.slipway.simulator.arguments.OptionTable;
import io.slipway.simulator.arguments.OptionValue;
import io.slipway.simulator.board.Pace;
import io.slipway.simulator.device.HangUp;
import io.slipway.simulator.device.OtaUrl;
import io.slipway.simulator.fleet.FleetOptions;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Options common to all simulated devices, and for entering their codes. */
final class DeviceArguments {

    static final String USUAL_URL = "http://127.0.0.1:8080/v1/ota/";

    private static final double FAST = 1000;

    final OptionValue<Integer> devices;
    final OptionValue<OtaUrl> url;
    final OptionValue<Long> seed;
    final OptionValue<Integer> connections;
    private final OptionValue<Pace> speed;
    private final OptionValue<Boolean> fast;
    private final OptionValue<Boolean> behindProxy;
    private final OptionValue<Boolean> bind;
    private final OptionValue<String> user;
    private final OptionValue<String> password;
    private final OptionValue<Boolean> register;
    private final OptionValue<String> setupCode;

    DeviceArguments(OptionTable table) {
        devices = table.whole("--devices N", 1, FleetOptions.MAX_DEVICES, 10, "number of devices");
        url = table.value("--url URL", USUAL_URL, OtaUrl::parse, "their OTA address");
        seed = table.number("--seed N", 1, "the same seed gives the same devices");
        speed =
                table.value(
                        "--speed F",
                        "1",
                        DeviceArguments::pace,
                        "speed of their time, above 0; 1 is real time");
        fast = table.flag("--fast", "the same as --speed 1000");
        connections =
                table.whole(
                        "--concurrency C",
                        1,
                        20_000,
                        500,
                        "maximum of open connections, except for talk and downloads");
        behindProxy =
                table.flag(
                        "--behind-proxy",
                        "the server is behind a proxy: that it closes first is only noted");
        bind =
                table.flag(
                        "--bind", "enter their codes in the console; needs --user and --password");
        user = table.text("--user NAME", "", "name of the account");
        password = table.text("--password TEXT", "", "its password");
        register = table.flag("--register", "create the account if the login fails");
        setupCode =
                table.text(
                        "--setup-code CODE",
                        "",
                        "printed by a new server; required for its first account");
    }

    private static Pace pace(String text) {
        try {
            return new Pace(Double.parseDouble(text));
        } catch (NumberFormatException e) {
            throw OptionTable.insteadOf(text, "a number above 0");
        }
    }

    void check(Consumer<String> wrong) {
        if (fast.get() && speed.isGiven()) {
            wrong.accept("--fast and --speed exclude each other");
        }
        if (bind.get() && (user.get().isEmpty() || password.get().isEmpty())) {
            wrong.accept("--bind needs --user and --password");
        }
        if (!bind.get()) {
            List.of(user, password, register, setupCode).stream()
                    .filter(OptionValue::isGiven)
                    .forEach(option -> wrong.accept(option.name() + " without --bind"));
        }
    }

    Pace pace() {
        return fast.get() ? new Pace(FAST) : speed.get();
    }

    HangUp hangUp() {
        return HangUp.usual(pace(), behindProxy.get());
    }

    /** Null if the codes are not entered. */
    Console.@Nullable Login login() {
        return bind.get()
                ? new Console.Login(user.get(), password.get(), register.get(), setupCode.get())
                : null;
    }
}
