package io.slipway.simulator.arguments;

import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * The command line of one command, parsed once: its options, and the object that the rest of the
 * program uses instead.
 *
 * @param check reports invalid combinations of options; an invalid option has its default
 * @param made called if nothing is wrong
 */
public record Arguments<T>(
        OptionTable options, Consumer<Consumer<String>> check, Supplier<T> made) {

    public String help() {
        return options.help();
    }

    /**
     * Parses the command line.
     *
     * @throws IllegalArgumentException with all errors, in one line
     */
    public T read(String... args) {
        options.read(check, args);
        return made.get();
    }
}
