package io.slipway.device;

import java.text.Normalizer;
import java.util.Locale;

/** Text as it is searched: one form for all spellings, made here and not in the database. */
final class SearchKey {

    private SearchKey() {}

    static String of(String text) {
        String folded = Normalizer.normalize(text.strip(), Normalizer.Form.NFKC);
        return folded.toLowerCase(Locale.ROOT);
    }

    /** The least text that is greater than all that start with {@code prefix}. */
    static String end(String prefix) {
        // U+10FFFF, the last there is: emoji lie above U+FFFF.
        return prefix + "\udbff\udfff";
    }
}
