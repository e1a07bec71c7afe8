package io.slipway.simulator;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
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
        return new Reader(args).options();
    }

    private static final class Reader {

        private final Map<String, String> given = new HashMap<>();
        private final List<String> problems = new ArrayList<>();

        Reader(String... args) {
            for (int i = 0; i < args.length; i++) {
                String name = args[i];
                int equals = name.indexOf('=');
                String key = equals < 0 ? name : name.substring(0, equals);
                if (FLAGS.contains(name)) {
                    given.put(name, "");
                } else if (VALUES.contains(key) && equals > 0) {
                    given.put(key, name.substring(equals + 1));
                } else if (VALUES.contains(name) && i + 1 < args.length) {
                    given.put(name, args[++i]);
                } else if (VALUES.contains(name)) {
                    problems.add(name + " without a value");
                } else {
                    problems.add("unknown option " + name);
                }
            }
        }

        Options options() {
            OtaUrl url =
                    read("--url", "http://127.0.0.1:8080/v1/ota/", "an http(s) URL", OtaUrl::parse);
            Mix mix =
                    read(
                            "--mix",
                            "",
                            "kinds and weights",
                            t -> t.isEmpty() ? Mix.DEFAULT : Mix.parse(t));
            long seed = read("--seed", "1", "a whole number", Long::parseLong);
            int devices = whole("--devices", "10", 1, FleetOptions.MAX_DEVICES);
            int connections = whole("--concurrency", "500", 1, 20_000);
            int ramp = whole("--ramp", "0", 0, 86_400);
            int seconds = whole("--seconds", "120", 1, 86_400);
            String speed = given.containsKey("--fast") ? "1000" : "1";
            Pace pace =
                    read(
                            "--speed",
                            speed,
                            "a number above 0",
                            t -> new Pace(Double.parseDouble(t)));
            if (given.containsKey("--fast") && given.containsKey("--speed")) {
                problems.add("--fast and --speed together");
            }
            int sessions = sessions();
            Console.Login login = login();
            if (!problems.isEmpty()) {
                throw new IllegalArgumentException(String.join("; ", problems));
            }
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

        private int sessions() {
            if (given.containsKey("--sessions") && !given.containsKey("--talk")) {
                problems.add("--sessions without --talk");
            }
            int sessions = whole("--sessions", "" + Integer.MAX_VALUE, 1, Integer.MAX_VALUE);
            return given.containsKey("--talk") ? sessions : 0;
        }

        private Console.@Nullable Login login() {
            String user = given.getOrDefault("--user", "");
            String password = given.getOrDefault("--password", "");
            if (!given.containsKey("--bind")) {
                for (String name : List.of("--user", "--password", "--register", "--setup-code")) {
                    if (given.containsKey(name)) {
                        problems.add(name + " without --bind");
                    }
                }
                return null;
            }
            if (user.isEmpty() || password.isEmpty()) {
                problems.add("--bind needs --user and --password");
            }
            return new Console.Login(
                    user,
                    password,
                    given.containsKey("--register"),
                    given.getOrDefault("--setup-code", ""));
        }

        private int whole(String name, String otherwise, int least, int most) {
            String what = "a whole number from " + least + " to " + most;
            return read(
                    name,
                    otherwise,
                    what,
                    text -> {
                        int value = Integer.parseInt(text);
                        if (value < least || value > most) {
                            throw new NumberFormatException();
                        }
                        return value;
                    });
        }

        private <T> T read(String name, String otherwise, String what, Function<String, T> parse) {
            String text = given.getOrDefault(name, otherwise);
            try {
                return parse.apply(text);
            } catch (NumberFormatException e) {
                problems.add(name + " is " + text + " instead of " + what);
            } catch (IllegalArgumentException e) {
                problems.add(name + ": " + e.getMessage());
            }
            return parse.apply(otherwise);
        }
    }
}
