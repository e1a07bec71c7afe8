package io.slipway;

import io.slipway.settings.Settings;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.logging.Level;
import java.util.regex.Pattern;

/**
 * What is logged, and how.
 *
 * @param json one JSON object per line instead of text
 * @param levels the level from which on entries are written, by the name of a package or class;
 *     {@code ""} for all of this program
 */
public record LogConfig(boolean json, Map<String, Level> levels) {

    private static final Map<String, Level> LEVELS =
            Map.of(
                    "error", Level.SEVERE,
                    "warn", Level.WARNING,
                    "info", Level.INFO,
                    "debug", Level.FINE,
                    "trace", Level.FINEST);

    // Not those of libraries: at their lowest levels, some log addresses with all that is in them.
    private static final Pattern NAME =
            Pattern.compile("io\\.slipway(?:\\.[A-Za-z0-9_$]{1,100}){0,9}");

    public LogConfig {
        levels = Map.copyOf(levels);
    }

    /** Reads them; errors are reported to {@code s}. */
    static LogConfig read(Settings s) {
        boolean json =
                s.onOff(
                        "log.format",
                        false,
                        "json",
                        "text",
                        "日志格式：text 每条一行，json 每行一个 JSON 对象",
                        "text for one line per entry, json for one JSON object per line");
        String text =
                s.text(
                        "log.level",
                        "info",
                        "日志级别：error、warn、info、debug 或 trace；可另加 包名=级别，逗号分隔",
                        "error, warn, info, debug or trace; other levels for packages may follow,"
                                + " as in info, io.slipway.session=debug");
        s.whileRunning("log.format", "log.level");
        var levels = new LinkedHashMap<String, Level>();
        for (String part : text.split(",", -1)) {
            int equals = part.indexOf('=');
            String name = part.substring(0, Math.max(0, equals)).strip();
            Level level = LEVELS.get(part.substring(equals + 1).strip().toLowerCase(Locale.ROOT));
            boolean named = equals < 0 || NAME.matcher(name).matches();
            if (level == null || !named || levels.put(name, level) != null) {
                s.problem(
                        "log.level",
                        text,
                        "a level, or levels as in info, io.slipway.session=debug");
            }
        }
        return new LogConfig(json, levels);
    }
}
