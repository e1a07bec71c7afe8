package io.slipway.protocol.ota;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Interned words that most devices send (board names, versions, labels), so that parsing a body
 * allocates little. A small table in which a new word replaces another, so that made-up ones cost
 * only the saving. Thread-safe: entries are immutable, and a race only loses one of two equal ones.
 */
final class WordCache {

    private static final int SIZE = 4096;
    private static final @Nullable Word[] KNOWN = new @Nullable Word[SIZE];

    private record Word(char[] chars, String text) {}

    private WordCache() {}

    /** The text of these characters, which must be visible ASCII and spaces; otherwise null. */
    static @Nullable String of(char[] buffer, int from, int length) {
        int hash = 0;
        int to = from + length;
        for (int i = from; i < to; i++) {
            char c = buffer[i];
            if (c < ' ' || c > '~') {
                return null;
            }
            hash = 31 * hash + c;
        }
        int at = (hash ^ (hash >>> 12)) & (SIZE - 1);
        Word known = KNOWN[at];
        if (known != null && Arrays.equals(known.chars, 0, known.chars.length, buffer, from, to)) {
            return known.text;
        }
        var made = new Word(Arrays.copyOfRange(buffer, from, to), new String(buffer, from, length));
        KNOWN[at] = made;
        return made.text;
    }
}
