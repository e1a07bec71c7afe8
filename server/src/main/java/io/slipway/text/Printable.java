package io.slipway.text;

import java.util.regex.Pattern;

/** Texts of others without what moves a terminal's cursor or turns the direction of writing. */
public final class Printable {

    private static final Pattern UNSEEN = Pattern.compile("[\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}]");

    /** The joiner makes one picture of several, such as a family. */
    private static final Pattern UNWANTED =
            Pattern.compile("[\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}&&[^\\u200d]]+");

    private Printable() {}

    /** For a line on a terminal: with a question mark for each of them. */
    public static String marked(String text) {
        return UNSEEN.matcher(text).replaceAll("?");
    }

    /** To be stored as a name: with a blank for each group of them, joiners kept. */
    public static String spaced(String text) {
        return UNWANTED.matcher(text).replaceAll(" ");
    }
}
