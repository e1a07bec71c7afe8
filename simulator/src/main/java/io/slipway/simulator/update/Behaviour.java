package io.slipway.simulator.update;

import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;

/** How a build behaves on a device. */
public enum Behaviour {
    GOOD("good"),
    /** Crashes before its first check-in, at every start. */
    CRASH_BEFORE_VALID("crash-before-valid"),
    /** Crashes between the answer to its check-in and being marked valid. */
    CRASH_ON_ANSWER("crash-on-answer"),
    /** Is marked valid, then crashes, again and again. */
    CRASH_AFTER_VALID("crash-after-valid"),
    /** Hangs before its first check-in, until it is powered off. */
    HANG("hang");

    private final String label;

    Behaviour(String label) {
        this.label = label;
    }

    /** The name on the command line and in an image's marker. */
    public String label() {
        return label;
    }

    static Optional<Behaviour> labelled(String label) {
        return Arrays.stream(values()).filter(b -> b.label.equals(label)).findFirst();
    }

    /**
     * @throws IllegalArgumentException listing the valid ones
     */
    public static Behaviour parse(String label) {
        return labelled(label)
                .orElseThrow(() ->
                        new IllegalArgumentException(
                                "no behaviour called " + label + ", known: " + labels()));
    }

    static String labels() {
        return Arrays.stream(values()).map(Behaviour::label).collect(Collectors.joining(", "));
    }
}
