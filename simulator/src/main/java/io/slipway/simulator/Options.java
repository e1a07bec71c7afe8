package io.slipway.simulator;

import io.slipway.simulator.board.Pace;
import io.slipway.simulator.device.OtaUrl;
import io.slipway.simulator.fleet.FleetOptions;
import io.slipway.simulator.fleet.Mix;
import java.time.Duration;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The command line.
 *
 * @param fleet without an owner: that is made of {@code login}
 * @param login null when nobody enters the codes
 */
record Options(FleetOptions fleet, Console.@Nullable Login login) {

    static final String HELP =
            """
            slipway simulate: fake devices that notice when a server breaks a real one
            模拟设备：服务器的回答一旦会弄坏真设备，就报告出来

              --devices N        how many, 1 to 100000 (10)
              --url URL          their OTA address (http://127.0.0.1:8080/v1/ota/)
              --mix A=N,B=N      kinds and weights: wifi, ml307, raw-ssid, serial, v1.5, v1.0, py
              --seed N           the same seed gives the same devices (1)
              --speed F          how fast their time goes (1, real time)
              --fast             the same as --speed 1000
              --ramp SECONDS     time over which they are switched on (0)
              --seconds S        longest run, at most a day (120)
              --concurrency C    most connections open at once (500), conversations not counted
              --talk             once activated they talk: wake, ask, interrupt, lose their Wi-Fi
              --sessions N       conversations of each (with --talk; until the time is over)
              --bind             enter their codes in the console; needs --user and --password
              --user NAME        account
              --password TEXT    its password
              --register         make the account if it can't log in
              --setup-code CODE  printed by a new server; needed for its first account
              --help             this
              --update           devices that update their firmware; options of its own, see below
              --make-image FILE  an image for them; see below

            Exit code 0: no rule broken, with --bind all devices activated, with --talk some answered. 1: otherwise. 2: bad options.
            """;

    private static final Set<String> FLAGS = Set.of("--fast", "--bind", "--register", "--talk");
    private static final Set<String> VALUES =
            Set.of(
                    "--devices",
                    "--url",
                    "--mix",
                    "--seed",
                    "--speed",
                    "--ramp",
                    "--seconds",
                    "--concurrency",
                    "--sessions",
                    "--user",
                    "--password",
                    "--setup-code");

    /**
     * Reads the command line.
     *
     * @throws IllegalArgumentException naming everything that is wrong, in one line
     */
    static Options parse(String... args) {
        var given = new Arguments(FLAGS, VALUES, args);
        OtaUrl url =
                given.read(
                        "--url", "http://127.0.0.1:8080/v1/ota/", "an http(s) URL", OtaUrl::parse);
        Mix mix =
                given.read(
                        "--mix",
                        "",
                        "kinds and weights",
                        t -> t.isEmpty() ? Mix.DEFAULT : Mix.parse(t));
        long seed = given.read("--seed", "1", "a whole number", Long::parseLong);
        int devices = given.whole("--devices", "10", 1, FleetOptions.MAX_DEVICES);
        int connections = given.whole("--concurrency", "500", 1, 20_000);
        int ramp = given.whole("--ramp", "0", 0, 86_400);
        int seconds = given.whole("--seconds", "120", 1, 86_400);
        var pace = new Pace(given.speed());
        int sessions = sessions(given);
        Console.Login login = given.login();
        given.check();
        return new Options(
                new FleetOptions(
                        url,
                        devices,
                        mix,
                        seed,
                        pace,
                        Duration.ofSeconds(ramp),
                        Duration.ofSeconds(seconds),
                        connections,
                        null,
                        sessions),
                login);
    }

    private static int sessions(Arguments given) {
        if (given.has("--sessions") && !given.has("--talk")) {
            given.problem("--sessions without --talk");
        }
        int sessions = given.whole("--sessions", "" + Integer.MAX_VALUE, 1, Integer.MAX_VALUE);
        return given.has("--talk") ? sessions : 0;
    }
}
