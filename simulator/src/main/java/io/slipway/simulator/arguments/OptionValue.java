package io.slipway.simulator.arguments;

import picocli.CommandLine.Model.OptionSpec;

/** What was said of an option, once the line is read. */
public final class OptionValue<V> {

    private final OptionSpec option;

    OptionValue(OptionSpec option) {
        this.option = option;
    }

    /** With its dashes. */
    public String name() {
        return option.longestName();
    }

    /** The default, if it was not given or could not be read. */
    public V get() {
        return option.getValue();
    }

    /** Whether it is on the line, even with a value that could not be read. */
    public boolean isGiven() {
        return option.command().commandLine().getParseResult().originalArgs().stream()
                .anyMatch(argument -> isNamed(option, argument));
    }

    static boolean isNamed(OptionSpec option, String argument) {
        return argument.split("=", 2)[0].equals(option.longestName());
    }
}
