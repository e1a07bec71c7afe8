package io.slipway.text;

/** Codes of digits as people type them. */
public final class Digits {

    private static final char FULL_WIDTH_ZERO = '\uff10';
    private static final char FULL_WIDTH_NINE = '\uff19';

    private Digits() {}

    /**
     * Without blanks and dashes; full-width digits, as Chinese input methods type them, become
     * ASCII ones. Anything else stays, so that a wrong code stays wrong.
     */
    public static String typed(String text) {
        var typed = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c >= FULL_WIDTH_ZERO && c <= FULL_WIDTH_NINE) {
                typed.append((char) ('0' + (c - FULL_WIDTH_ZERO)));
            } else if (!Character.isWhitespace(c) && c != '-' && c != '\uff0d' && c != '\u00a0') {
                typed.append(c);
            }
        }
        return typed.toString();
    }
}
