package io.slipway.cluster;

import java.util.Optional;
import java.util.function.Function;

/**
 * A kind of message on the {@link Bus}, and its text form. Nodes of different versions share the
 * name and the text: these change only together with all running nodes, or not at all.
 *
 * @param name one word, without blanks
 * @param write produces the text, at most {@link Bus#MAX_CHARS} characters
 * @param read returns empty for a text that this version does not understand, which is then ignored
 */
public record Topic<T>(
        String name, Function<? super T, String> write, Function<String, Optional<T>> read) {

    /** A message without content. */
    public enum Signal {
        NEWS
    }

    public Topic {
        if (name.isEmpty() || name.indexOf(' ') >= 0) {
            throw new IllegalArgumentException("not one word: " + name);
        }
    }

    /** A topic whose messages are texts. */
    public static Topic<String> text(String name) {
        return new Topic<>(name, text -> text, Optional::of);
    }

    /** A topic whose messages have no content. */
    public static Topic<Signal> signal(String name) {
        return new Topic<>(name, signal -> "", text -> Optional.of(Signal.NEWS));
    }
}
