package io.slipway.bench;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Reads a command line and collects all that is wrong with it. */
abstract class OptionReader {

    private final List<String> problems = new ArrayList<>();

    /** Takes an option without a value; false when there is none of that name. */
    abstract boolean flag(String name);

    /** Takes an option with its value, if {@link #takesValue}. */
    abstract void value(String name, String text);

    /** Whether {@link #value} knows an option of that name. */
    abstract boolean takesValue(String name);

    /**
     * Reads everything.
     *
     * @throws IllegalArgumentException naming everything that is wrong, in one line
     */
    final void read(String... args) {
        for (int i = 0; i < args.length; i++) {
            int equals = args[i].indexOf('=');
            String name = equals < 0 ? args[i] : args[i].substring(0, equals);
            if (equals < 0 && flag(name)) {
                continue;
            }
            if (!takesValue(name)) {
                problems.add("unknown option " + args[i]);
            } else if (equals >= 0) {
                value(name, args[i].substring(equals + 1));
            } else if (i + 1 < args.length) {
                value(name, args[++i]);
            } else {
                problems.add(name + " without a value");
            }
        }
        if (!problems.isEmpty()) {
            throw new IllegalArgumentException(String.join("; ", problems));
        }
    }

    /** A whole number; the least one in place of what is none. */
    final int whole(String name, String text, int least, int most) {
        try {
            int value = Integer.parseInt(text);
            if (value >= least && value <= most) {
                return value;
            }
        } catch (NumberFormatException e) {
            // Said below.
        }
        problems.add(
                name + " is " + text + " instead of a whole number from " + least + " to " + most);
        return least;
    }

    /** Constants of an enum by their lower-case names, with commas. */
    final <E extends Enum<E>> Set<E> some(String name, String text, Class<E> type, String known) {
        var wanted = new LinkedHashSet<E>();
        for (String label : text.split(",", -1)) {
            try {
                wanted.add(Enum.valueOf(type, label.toUpperCase(Locale.ROOT)));
            } catch (IllegalArgumentException e) {
                problems.add(name + " has " + label + " instead of " + known);
            }
        }
        return wanted;
    }
}
