package io.slipway.account.credentials;

import io.slipway.http.Problem;
import java.text.Normalizer;
import java.util.Locale;

/** Valid user names, and which ones are equal. */
public final class Usernames {

    public static final int MAX = 64;

    /** Fillers of Hangul, which are letters to Unicode. */
    private static final String INVISIBLE = "\u115F\u1160\u3164\uFFA0";

    private Usernames() {}

    /**
     * Letters and digits of any script, and {@code . _ - @ +}; 1 to 64 characters.
     *
     * @throws Problem 400
     */
    public static String checked(String name) {
        String composed = Normalizer.normalize(name.strip(), Normalizer.Form.NFC);
        int length = composed.codePointCount(0, composed.length());
        if (length == 0 || length > MAX) {
            throw Problem.field("username", "应为 1 到 64 个字符", "must have 1 to 64 characters");
        }
        if (!composed.codePoints().allMatch(Usernames::allowed)) {
            throw Problem.field(
                    "username",
                    "只能包含文字、数字和 . _ - @ +",
                    "may only contain letters and digits of any script and . _ - @ +");
        }
        return composed;
    }

    static boolean allowed(int c) {
        return (Character.isLetterOrDigit(c) && INVISIBLE.indexOf(c) < 0)
                || "._-@+".indexOf(c) >= 0;
    }

    /**
     * A valid name of at most {@code max} characters, from whatever another system calls somebody.
     */
    public static String made(String name, int max) {
        var made = new StringBuilder();
        Normalizer.normalize(name.strip(), Normalizer.Form.NFC)
                .codePoints()
                .filter(Usernames::allowed)
                .limit(max)
                .forEach(made::appendCodePoint);
        return made.isEmpty() ? "user" : made.toString();
    }

    /** Equal for names that differ only in case or width. */
    public static String key(String name) {
        return folded(name.strip());
    }

    /** Equal for names that look alike: two accounts never have the same. */
    public static String skeleton(String name) {
        return Lookalikes.skeleton(name);
    }

    static String folded(String text) {
        String plain = Normalizer.normalize(text, Normalizer.Form.NFKC);
        // First upper, then lower case: ß and SS, ς and σ become equal.
        return plain.toUpperCase(Locale.ROOT).toLowerCase(Locale.ROOT);
    }

    /**
     * The exclusive end of the range of texts that start with {@code prefix}, in the order of UTF-8
     * bytes.
     */
    public static String afterPrefix(String prefix) {
        return prefix + "\uDBFF\uDFFF";
    }
}
