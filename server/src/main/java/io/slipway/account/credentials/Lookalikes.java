package io.slipway.account.credentials;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.util.HashMap;
import java.util.Map;

/**
 * Names that look the same, by the table of Unicode's technical standard 39. Of ICU, which
 * maintains it, only the table of those characters is used that names may contain: the library has
 * 15 MB.
 */
final class Lookalikes {

    /** A line for each character: itself, a space, and what it looks like. */
    static final String TABLE = "confusables.txt";

    /** Loaded when it is first needed. */
    private static final class Table {
        static final Map<Integer, String> PROTOTYPES = read();

        private Table() {}
    }

    private Lookalikes() {}

    /** Equal for names that look alike, in whatever case they are written. */
    static String skeleton(String name) {
        // Twice, because other characters look alike in the other case.
        String seen = Usernames.folded(prototypes(Usernames.folded(prototypes(name))));
        // A capital i looks like an l, and is the same letter as i.
        return seen.replace('i', 'l');
    }

    /** The skeleton of the standard. */
    static String prototypes(String text) {
        var prototypes = new StringBuilder();
        Normalizer.normalize(text, Normalizer.Form.NFD)
                .codePoints()
                .forEach(c ->
                        prototypes.append(Table.PROTOTYPES.getOrDefault(c, Character.toString(c))));
        return Normalizer.normalize(prototypes, Normalizer.Form.NFD);
    }

    private static Map<Integer, String> read() {
        var prototypes = new HashMap<Integer, String>();
        InputStream table = Lookalikes.class.getResourceAsStream(TABLE);
        if (table == null) {
            throw new IllegalStateException(TABLE + " is missing from the class path");
        }
        try (var lines = new BufferedReader(new InputStreamReader(table, StandardCharsets.UTF_8))) {
            lines.lines()
                    .filter(line -> !line.startsWith("#"))
                    .forEach(line -> {
                        int space = line.indexOf(' ');
                        prototypes.put(line.codePointAt(0), line.substring(space + 1));
                    });
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return Map.copyOf(prototypes);
    }
}
