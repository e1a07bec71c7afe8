package io.slipway.protocol.socket;

import com.fasterxml.jackson.core.io.JsonStringEncoder;

/** Sanitizes incoming and outgoing texts. */
final class SafeText {

    private static final JsonStringEncoder ENCODER = JsonStringEncoder.getInstance();

    private SafeText() {}

    /**
     * At most {@code max} characters, without control characters except line feeds and without
     * unpaired surrogates: cJSON rejects these, and ends a string at U+0000.
     */
    static String clean(String text, int max) {
        if (text.length() <= max && isClean(text)) {
            return text;
        }
        var out = new StringBuilder();
        for (int i = 0; i < text.length(); ) {
            int c = text.codePointAt(i);
            i += Character.charCount(c);
            if (out.length() + Character.charCount(c) > max) {
                break;
            }
            if (Character.getType(c) == Character.SURROGATE) {
                out.append('\uFFFD');
            } else if (c == '\n' || !Character.isISOControl(c)) {
                out.appendCodePoint(c);
            }
        }
        return out.toString();
    }

    private static boolean isClean(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (Character.isSurrogate(c) || (c != '\n' && Character.isISOControl(c))) {
                return false;
            }
        }
        return true;
    }

    /** Visible ASCII that needs no escaping in JSON. */
    static boolean isWord(String text, int max) {
        return !text.isEmpty()
                && text.length() <= max
                && text.chars().allMatch(c -> c > ' ' && c <= '~' && c != '"' && c != '\\');
    }

    /** {@code text} as a JSON string, including quotes. */
    static String quote(String text) {
        var out = new StringBuilder(text.length() + 2).append('"');
        ENCODER.quoteAsString(text, out);
        return out.append('"').toString();
    }

    /** Whether {@code text} takes at most {@code max} bytes in UTF-8. */
    static boolean fits(String text, int max) {
        if (text.length() > max) {
            return false;
        }
        int bytes = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            // An unpaired surrogate counts as 2: the whole pair takes 4.
            bytes += c < 0x80 ? 1 : c < 0x800 || Character.isSurrogate(c) ? 2 : 3;
        }
        return bytes <= max;
    }
}
