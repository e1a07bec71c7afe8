package io.slipway.session.dialogue;

import java.util.Locale;
import java.util.Set;

/** Full stops that don't end a sentence. */
final class Abbreviations {

    /** Those before names. Those before small letters need not be known. */
    private static final Set<String> BEFORE_NAMES =
            words(
                    "dr mr mrs ms mx prof st mt jr sr gen col capt lt sgt rev hon pres gov sen rep"
                            + " e.g i.e vs cf approx ca dept est inc ltd corp");

    /** Those that are words themselves, unless a number follows. */
    private static final Set<String> BEFORE_NUMBERS =
            words(
                    "no nos fig figs eq vol ch sec p pp art jan feb mar apr jun jul aug sep sept oct"
                            + " nov dec");

    private static final int LONGEST = 10;

    private Abbreviations() {}

    private static Set<String> words(String list) {
        return Set.of(list.split(" "));
    }

    /**
     * Whether a text ends with the full stop of an abbreviation, an initial, or the number of an
     * item at its beginning.
     *
     * @param next the character behind the space behind it
     */
    static boolean end(String text, char next) {
        if (!text.endsWith(".")) {
            return false;
        }
        int end = text.length() - 1;
        int start = end;
        while (start > 0 && end - start <= LONGEST && isPart(text.charAt(start - 1))) {
            start--;
        }
        String word = text.substring(start, end);
        if (word.isEmpty()) {
            return false;
        }
        boolean number = word.chars().allMatch(Character::isDigit);
        if (number) {
            return text.substring(0, start).isBlank();
        }
        char last = word.charAt(word.length() - 1);
        boolean initial =
                Character.isUpperCase(last)
                        && (word.length() == 1 || word.charAt(word.length() - 2) == '.')
                        && !word.equals("I");
        String lower = word.toLowerCase(Locale.ROOT);
        return initial
                || BEFORE_NAMES.contains(lower)
                || (Character.isDigit(next) && BEFORE_NUMBERS.contains(lower));
    }

    private static boolean isPart(char c) {
        return c == '.' || Character.isLetterOrDigit(c);
    }
}
