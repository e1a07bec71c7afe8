package io.slipway.cluster;

import java.util.Optional;
import java.util.function.Function;

/**
 * What a message on the {@link Bus} is about, and how it is written. The name and the text are what
 * nodes of different versions have in common: they change together with all that are running, or
 * not at all.
 *
 * @param name one word, without blanks
 * @param write makes the text, at most {@link Bus#MAX_CHARS} characters
 * @param read is empty for a text that this version does not understand: then nobody is told
 */
public record Topic<T>(
        String name, Function<? super T, String> write, Function<String, Optional<T>> read) {

    /** A message that says nothing but that something is new. */
    public enum Signal {
        NEWS
    }

    public Topic {
        if (name.isEmpty() || name.indexOf(' ') >= 0) {
            throw new IllegalArgumentException("not one word: " + name);
        }
    }

    /** Messages are texts. */
    public static Topic<String> text(String name) {
        return new Topic<>(name, text -> text, Optional::of);
    }

    /** Messages say nothing. */
    public static Topic<Signal> signal(String name) {
        return new Topic<>(name, signal -> "", text -> Optional.of(Signal.NEWS));
    }
}
