package io.slipway.account.credentials;

import io.slipway.http.Problem;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Which passwords may be chosen; those that already exist are not asked. Thread-safe. */
final class PasswordRules {

    static final int MIN = 10;
    static final int MAX = 128;

    /** So that the user's name is not most of it. */
    private static final int MIN_BESIDES_NAME = 8;

    private static final int MIN_DIFFERENT = 5;

    /** More digits around a common word than this are a secret by themselves. */
    private static final int FEW_DIGITS = 8;

    private static final int SHORTEST_WORD = 3;

    // The most frequent passwords of published leaks, one a line, most frequent first; some with
    // capitals.
    private static final String COMMON = "/dictionaries/passwords.txt";

    private PasswordRules() {}

    /**
     * Reads through a list of 100,000 lines: some milliseconds.
     *
     * @throws Problem 400 that says which rule is broken
     */
    static String checked(String field, @Nullable String password, String username) {
        int length = password == null ? 0 : password.codePointCount(0, password.length());
        if (password == null || length < MIN || length > MAX) {
            throw Problem.field(
                    field,
                    "应为 " + MIN + " 到 " + MAX + " 个字符",
                    "must have " + MIN + " to " + MAX + " characters");
        }
        if (password.codePoints().distinct().count() < MIN_DIFFERENT) {
            throw Problem.field(
                    field,
                    "至少要有 " + MIN_DIFFERENT + " 个不同的字符",
                    "must have at least " + MIN_DIFFERENT + " different characters");
        }
        String folded = Usernames.folded(password);
        String name = Usernames.folded(username);
        if (name.contains(folded) || folded.replace(name, "").length() < MIN_BESIDES_NAME) {
            throw Problem.field(
                    field,
                    "不能是用户名，也不能只比用户名多几个字符",
                    "must not be the username, nor just a few characters more");
        }
        if (common(folded)) {
            throw Problem.field(
                    field,
                    "太常见，别人很容易猜到：请换一个",
                    "is among the most common ones, or nearly: choose another one");
        }
        return password;
    }

    // Alone, or with some digits and signs around it, or with some in place of letters.
    private static boolean common(String folded) {
        String word = word(folded);
        boolean dressed =
                word.length() >= SHORTEST_WORD && folded.length() - word.length() <= FEW_DIGITS;
        Set<String> variants =
                dressed ? Set.copyOf(java.util.List.of(folded, word, plain(word))) : Set.of(folded);
        InputStream list = PasswordRules.class.getResourceAsStream(COMMON);
        if (list == null) {
            throw new IllegalStateException("the list of common passwords is missing");
        }
        try (var lines = new BufferedReader(new InputStreamReader(list, StandardCharsets.UTF_8))) {
            return lines.lines()
                    .map(line -> line.toLowerCase(Locale.ROOT))
                    .anyMatch(variants::contains);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String word(String folded) {
        int start = 0;
        int end = folded.length();
        while (start < end && !Character.isLetter(folded.charAt(start))) {
            start++;
        }
        while (end > start && !Character.isLetter(folded.charAt(end - 1))) {
            end--;
        }
        return folded.substring(start, end);
    }

    private static String plain(String word) {
        return word.replace('@', 'a')
                .replace('0', 'o')
                .replace('1', 'i')
                .replace('3', 'e')
                .replace('$', 's')
                .replace('5', 's')
                .replace('!', 'i')
                .replace('7', 't');
    }
}
