package io.slipway.settings;

import io.slipway.protocol.WireUrl;
import java.time.Duration;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads settings from a properties file and the environment, which wins, and collects all errors
 * instead of stopping at the first. Each read declares a setting; anything undeclared is unknown.
 */
public final class Settings {

    /** The name, meaning and default of a setting. */
    public record Declared(String key, String standard, String zh, String en) {
        String environment() {
            return PREFIX + key.toUpperCase(Locale.ROOT).replace('.', '_').replace('-', '_');
        }
    }

    // Nothing that a proxy or browser would write in another way.
    private static final Pattern SITE =
            Pattern.compile("https?://[^/?]+(?:/(?!\\.{1,2}(?:/|$))[A-Za-z0-9._~-]+)*");

    private static final String PREFIX = "SLIPWAY_";
    private static final Pattern DURATION = Pattern.compile("(\\d{1,9})\\s*(ms|s|m|min|h|d)");

    private final Properties file;
    private final Map<String, String> environment;
    private final Map<String, Declared> declared = new LinkedHashMap<>();
    private final Map<String, String> values = new LinkedHashMap<>();
    private final Set<String> whileRunning = new HashSet<>();
    private final List<String> problems = new ArrayList<>();

    public Settings(Properties file, Map<String, String> environment) {
        this.file = file;
        this.environment = environment;
    }

    public String text(String key, String standard, String zh, String en) {
        var made = new Declared(key, standard, zh, en);
        declared.put(key, made);
        String value = environment.get(made.environment());
        String read = (value == null ? file.getProperty(key, standard) : value).strip();
        values.put(key, read);
        return read;
    }

    public String text(
            String key,
            String standard,
            Predicate<String> fits,
            String rule,
            String zh,
            String en) {
        String value = text(key, standard, zh, en);
        if (!fits.test(value)) {
            problem(key, value, rule);
            return standard;
        }
        return value;
    }

    /** {@code http(s)://host[:port]}, or empty, which is the default. */
    public String base(String key, String zh, String en) {
        return text(
                key,
                "",
                v -> v.isEmpty() || (WireUrl.isDownload(v) && v.matches("https?://[^/?]+")),
                "http(s)://host or http(s)://host:port, without a path",
                zh,
                en);
    }

    /** Like {@link #base}, or below a path of that host. */
    public String site(String key, String zh, String en) {
        return text(
                key,
                "",
                v -> v.isEmpty() || (WireUrl.isDownload(v) && SITE.matcher(v).matches()),
                "http(s)://host, http(s)://host:port, or one of them with a path that does not end"
                        + " with a slash",
                zh,
                en);
    }

    public int number(String key, int standard, int min, int max, String zh, String en) {
        String value = text(key, Integer.toString(standard), zh, en);
        try {
            int number = Integer.parseInt(value);
            if (number >= min && number <= max) {
                return number;
            }
        } catch (NumberFormatException e) {
            // Reported below.
        }
        problem(key, value, "a whole number from " + min + " to " + max);
        return standard;
    }

    public boolean onOff(
            String key, boolean standard, String on, String off, String zh, String en) {
        String value = text(key, standard ? on : off, zh, en);
        if (!value.equals(on) && !value.equals(off)) {
            problem(key, value, on + " or " + off);
            return standard;
        }
        return value.equals(on);
    }

    public Duration duration(String key, String standard, String zh, String en) {
        String value = text(key, standard, zh, en);
        Matcher matcher = DURATION.matcher(value);
        if (!matcher.matches()) {
            problem(key, value, "a time such as 500 ms, 90 s, 5 m, 72 h or 30 d");
            return duration(standard);
        }
        return duration(value);
    }

    private static Duration duration(String text) {
        Matcher matcher = DURATION.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException(text);
        }
        long amount = Long.parseLong(matcher.group(1));
        return switch (matcher.group(2)) {
            case "ms" -> Duration.ofMillis(amount);
            case "s" -> Duration.ofSeconds(amount);
            case "h" -> Duration.ofHours(amount);
            case "d" -> Duration.ofDays(amount);
            default -> Duration.ofMinutes(amount);
        };
    }

    public ZoneId zone(String key, String standard, String zh, String en) {
        String value = text(key, standard, zh, en);
        try {
            return ZoneId.of(value);
        } catch (java.time.DateTimeException e) {
            problem(key, value, "a time zone such as Asia/Shanghai");
            return ZoneId.of(standard);
        }
    }

    /**
     * Says of settings that have been read that they can change while the server runs: whoever uses
     * them asks for them each time. All others need a restart.
     */
    public void whileRunning(String... keys) {
        for (String key : keys) {
            if (!declared.containsKey(key)) {
                throw new IllegalArgumentException(key + " was not read");
            }
            whileRunning.add(key);
        }
    }

    /** Whether a setting can change while the server runs. */
    public boolean changesWhileRunning(String key) {
        return whileRunning.contains(key);
    }

    /**
     * What was read, as it was written; may be a secret.
     *
     * @throws IllegalArgumentException for a setting that was not read
     */
    public String value(String key) {
        String value = values.get(key);
        if (value == null) {
            throw new IllegalArgumentException(key + " was not read");
        }
        return value;
    }

    /** Whether a value may be a password or key, or have one in it: it is never shown or logged. */
    public static boolean secret(String key) {
        return key.contains("password")
                || key.contains("key")
                || key.contains("setup-code")
                || key.contains("secret")
                || key.equals("database.url");
    }

    /** Whether the environment gives a setting, so that the file is not asked. */
    public boolean fromEnvironment(String key) {
        Declared known = declared.get(key);
        return known != null && environment.containsKey(known.environment());
    }

    /** Reports an invalid value, and the rule for it. */
    public void problem(String key, String value, String rule) {
        problems.add(key + "=" + (secret(key) ? "…" : value) + ": must be " + rule);
    }

    /** All errors, including unknown settings. */
    public List<String> problems() {
        var all = new ArrayList<>(problems);
        for (String key : new TreeSet<>(file.stringPropertyNames())) {
            if (!declared.containsKey(key)) {
                all.add(key + ": unknown setting in the file" + near(key));
            }
        }
        var known = declared.values().stream().map(Declared::environment).toList();
        for (String name : new TreeSet<>(environment.keySet())) {
            if (name.startsWith(PREFIX) && !known.contains(name)) {
                all.add(name + ": unknown setting in the environment");
            }
        }
        return all;
    }

    private String near(String key) {
        return declared.keySet().stream()
                .filter(other -> distance(key, other) <= 3)
                .min(java.util.Comparator.comparingInt(other -> distance(key, other)))
                .map(other -> "; did you mean " + other + "?")
                .orElse("");
    }

    /** The edit distance. */
    private static int distance(String a, String b) {
        int[] row = new int[b.length() + 1];
        java.util.Arrays.setAll(row, i -> i);
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int change = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(change, Math.min(row[j], row[j - 1]) + 1);
            }
        }
        return row[b.length()];
    }

    /** In the order in which they were read. */
    public List<Declared> declared() {
        return List.copyOf(declared.values());
    }
}
