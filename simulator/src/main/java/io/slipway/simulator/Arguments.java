package io.slipway.simulator;

import io.slipway.simulator.board.Pace;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A command line, option by option; what is wrong is collected, to be said all at once. */
final class Arguments {

    static final Set<String> LOGIN_FLAGS = Set.of("--bind", "--register");
    static final Set<String> LOGIN_VALUES = Set.of("--user", "--password", "--setup-code");

    private final Map<String, String> given = new HashMap<>();
    private final List<String> problems = new ArrayList<>();

    /**
     * @param flags options without a value
     * @param values options with one
     */
    Arguments(Set<String> flags, Set<String> values, String... args) {
        for (int i = 0; i < args.length; i++) {
            String name = args[i];
            int equals = name.indexOf('=');
            String key = equals < 0 ? name : name.substring(0, equals);
            if (flags.contains(name)) {
                given.put(name, "");
            } else if (values.contains(key) && equals > 0) {
                given.put(key, name.substring(equals + 1));
            } else if (values.contains(name) && i + 1 < args.length) {
                given.put(name, args[++i]);
            } else if (values.contains(name)) {
                problems.add(name + " without a value");
            } else {
                problems.add("unknown option " + name);
            }
        }
    }

    boolean has(String name) {
        return given.containsKey(name);
    }

    String text(String name, String otherwise) {
        return given.getOrDefault(name, otherwise);
    }

    void problem(String what) {
        problems.add(what);
    }

    /**
     * @throws IllegalArgumentException naming everything that is wrong, in one line
     */
    void check() {
        if (!problems.isEmpty()) {
            throw new IllegalArgumentException(String.join("; ", problems));
        }
    }

    int whole(String name, String otherwise, int least, int most) {
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

    /** {@code 90}, {@code 90s}, {@code 15m}, {@code 8h} or {@code 1d}. */
    Duration duration(String name, String otherwise) {
        return read(name, otherwise, "a time such as 90s, 15m, 8h or 1d", Arguments::duration);
    }

    private static Duration duration(String text) {
        if (!text.matches("[0-9]{1,7}[smhd]?")) {
            throw new NumberFormatException();
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

    /**
     * @throws IllegalArgumentException when it is none
     */
    static Path path(String text) {
        try {
            return Path.of(text);
        } catch (InvalidPathException e) {
            throw new IllegalArgumentException("no file name: " + text);
        }
    }

    <T> T read(String name, String otherwise, String what, Function<String, T> parse) {
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

    double speed() {
        if (has("--fast") && has("--speed")) {
            problem("--fast and --speed together");
        }
        return read(
                "--speed",
                has("--fast") ? "1000" : "1",
                "a number above 0",
                text -> new Pace(Double.parseDouble(text)).speed());
    }

    /** Null when nobody enters the codes. */
    Console.@Nullable Login login() {
        String user = text("--user", "");
        String password = text("--password", "");
        if (!has("--bind")) {
            for (String name : List.of("--user", "--password", "--register", "--setup-code")) {
                if (has(name)) {
                    problem(name + " without --bind");
                }
            }
            return null;
        }
        if (user.isEmpty() || password.isEmpty()) {
            problem("--bind needs --user and --password");
        }
        return new Console.Login(user, password, has("--register"), text("--setup-code", ""));
    }
}
