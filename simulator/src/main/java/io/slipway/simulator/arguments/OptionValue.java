package io.slipway.simulator.arguments;

import picocli.CommandLine.Model.OptionSpec;

/** The value of an option, once the command line is parsed. */
public final class OptionValue<V> {

    private final OptionSpec option;

    OptionValue(OptionSpec option) {
        this.option = option;
    }

    /** Including its dashes. */
    public String name() {
        return option.longestName();
    }

    /** The default, if it was not given or is invalid. */
    public V get() {
        return option.getValue();
    }

    /** Whether it is on the command line, even with an invalid value. */
    public boolean isGiven() {
        return option.command().commandLine().getParseResult().originalArgs().stream()
                .anyMatch(argument -> isNamed(option, argument));
    }

    static boolean isNamed(OptionSpec option, String argument) {
        return argument.split("=", 2)[0].equals(option.longestName());
    }
}
