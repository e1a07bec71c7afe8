package io.slipway.bench;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Reads a command line, {@link RunOptions} included, and collects all that is wrong with it. */
public abstract class OptionReader {

    private static final Set<String> COMMON = Set.of("--seconds", "--warmup", "--runs", "--json");

    private final List<String> problems = new ArrayList<>();

    public int seconds;
    public int warmup;
    public int runs = 3;
    public boolean help;
    public Path json;

    /** With the defaults of this benchmark. */
    protected OptionReader(int seconds, int warmup) {
        this.seconds = seconds;
        this.warmup = warmup;
    }

    /** Takes an option without a value; false when there is none of that name. */
    protected abstract boolean flag(String name);

    /** Takes an option with its value, if {@link #takesValue}. */
    protected abstract void value(String name, String text);

    /** Whether {@link #value} knows an option of that name. */
    protected abstract boolean takesValue(String name);

    /**
     * Reads everything.
     *
     * @throws IllegalArgumentException naming everything that is wrong, in one line
     */
    public final void read(String... args) {
        for (int i = 0; i < args.length; i++) {
            int equals = args[i].indexOf('=');
            String name = equals < 0 ? args[i] : args[i].substring(0, equals);
            if (equals < 0 && (helps(name) || flag(name))) {
                continue;
            }
            if (!COMMON.contains(name) && !takesValue(name)) {
                problems.add("unknown option " + args[i]);
            } else if (equals >= 0) {
                any(name, args[i].substring(equals + 1));
            } else if (i + 1 < args.length) {
                any(name, args[++i]);
            } else {
                problems.add(name + " without a value");
            }
        }
        if (!help) {
            together();
        }
        if (!problems.isEmpty()) {
            throw new IllegalArgumentException(String.join("; ", problems));
        }
    }

    private boolean helps(String name) {
        boolean asked = name.equals("--help") || name.equals("-h");
        help |= asked;
        return asked;
    }

    private void any(String name, String text) {
        switch (name) {
            case "--seconds" -> seconds = whole(name, text, 1, 3_600);
            case "--warmup" -> warmup = whole(name, text, 0, 3_600);
            case "--runs" -> runs = whole(name, text, 1, 99);
            case "--json" -> json = Path.of(text);
            default -> value(name, text);
        }
    }

    /** Says one more thing that is wrong. */
    protected final void wrong(String problem) {
        problems.add(problem);
    }

    /** Called when all were taken: what does not go together is said here. */
    protected void together() {}

    /** A whole number; the least one in place of what is none. */
    protected final int whole(String name, String text, int least, int most) {
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
    protected final <E extends Enum<E>> Set<E> some(
            String name, String text, Class<E> type, String known) {
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
