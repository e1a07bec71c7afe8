package io.slipway.device;

import java.text.Normalizer;
import java.util.Locale;

/** Text normalized for searching: one form for all spellings, made here and not in the database. */
final class SearchKey {

    private SearchKey() {}

    static String of(String text) {
        String folded = Normalizer.normalize(text.strip(), Normalizer.Form.NFKC);
        return folded.toLowerCase(Locale.ROOT);
    }

    /** The smallest text that is greater than all that start with {@code prefix}. */
    static String end(String prefix) {
        // U+10FFFF, the last code point: emoji are above U+FFFF.
        return prefix + "\udbff\udfff";
    }
}
