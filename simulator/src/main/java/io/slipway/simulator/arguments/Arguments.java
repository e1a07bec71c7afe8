package io.slipway.simulator.arguments;

import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * One command's line, which is read once: its options, and what the rest of the program takes
 * instead of them.
 *
 * @param check says what is wrong with several options together; what could not be read has its
 *     default
 * @param made called when nothing is wrong
 */
public record Arguments<T>(
        OptionTable options, Consumer<Consumer<String>> check, Supplier<T> made) {

    public String help() {
        return options.help();
    }

    /**
     * Reads the line.
     *
     * @throws IllegalArgumentException naming everything that is wrong, in one line
     */
    public T read(String... args) {
        options.read(check, args);
        return made.get();
    }
}
