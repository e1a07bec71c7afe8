package io.slipway;

import io.slipway.backup.Passphrase;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The options of a command, as they are written. */
final class CommandOptions {

    private CommandOptions() {}

    /**
     * By name; what has no name is {@code ""}, and a switch has itself as its value. Null if
     * something is unknown, lacks its value, or is given twice.
     *
     * @param arguments the command first
     * @param unnamed whether one value may have no name
     * @param named those with a value
     * @param switches those without
     */
    static @Nullable Map<String, String> read(
            String[] arguments, boolean unnamed, Set<String> named, Set<String> switches) {
        var given = new TreeMap<String, String>();
        for (int i = 1; i < arguments.length; i++) {
            String each = arguments[i];
            boolean name = named.contains(each) && i + 1 < arguments.length;
            boolean known = name || switches.contains(each);
            if (!known && (each.startsWith("-") || !unnamed)) {
                return null;
            }
            if (given.put(known ? each : "", name ? arguments[++i] : each) != null) {
                return null;
            }
        }
        return given;
    }

    /**
     * The password in a file's first line; {@code ""} without a file.
     *
     * @throws IllegalStateException if it can't be read
     */
    static String password(@Nullable String file) {
        if (file == null) {
            return "";
        }
        try {
            return Passphrase.firstLine(Path.of(file));
        } catch (IOException e) {
            throw new IllegalStateException(file + " can't be read: " + e, e);
        }
    }
}
