package io.slipway.history;

/** Makes texts from devices and backends storable. */
public final class StorableText {

    private StorableText() {}

    /**
     * Cuts a text, never within a character, and replaces what PostgreSQL can't store: NUL and
     * unpaired surrogates. A single invalid text would block all others.
     */
    public static String of(String text, int max) {
        int end = Math.min(text.length(), max);
        if (end < text.length()
                && Character.isHighSurrogate(text.charAt(end - 1))
                && Character.isLowSurrogate(text.charAt(end))) {
            end--;
        }
        StringBuilder repaired = null;
        for (int i = 0; i < end; i++) {
            char c = text.charAt(i);
            boolean pair =
                    Character.isHighSurrogate(c)
                            && i + 1 < end
                            && Character.isLowSurrogate(text.charAt(i + 1));
            if (pair) {
                i++;
            } else if (c == 0 || Character.isSurrogate(c)) {
                repaired = repaired == null ? new StringBuilder(text.substring(0, end)) : repaired;
                repaired.setCharAt(i, '\uFFFD');
            }
        }
        return repaired == null ? text.substring(0, end) : repaired.toString();
    }
}
