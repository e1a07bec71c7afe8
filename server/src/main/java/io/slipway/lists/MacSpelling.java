package io.slipway.lists;

import io.slipway.protocol.Mac;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How people write MAC addresses: in any case; in groups of two, four or six digits with a colon,
 * dash, dot, underscore, slash or space between them, the same everywhere, or without any; with
 * {@code MAC:} before it; in full-width characters; with what spreadsheets and messengers add.
 */
public final class MacSpelling {

    private static final int OCTETS = 6;

    /** Longer texts contain more than one MAC. */
    private static final int LONGEST = 200;

    /** A separator may have a space on both sides. */
    private static final String PAIRS = "[0-9a-f]{2}( ?[:._/-] ?)(?:[0-9a-f]{2}\\1){4}[0-9a-f]{2}";

    /** Exactly six: not a part of a longer dump of bytes. */
    private static final String SPACED =
            "(?<!(?<![0-9a-z])[0-9a-f]{2} )[0-9a-f]{2}(?: [0-9a-f]{2}){5}"
                    + "(?! [0-9a-f]{2}(?![0-9a-z]))";

    /** Without letters it is a MAC only with separators in which no telephone number is written. */
    private static final String FOURS =
            "(?:[0-9a-f]{4}([.:-])[0-9a-f]{4}\\2[0-9a-f]{4}"
                    + "|(?=[0-9 _/]{0,13}[a-f])[0-9a-f]{4}([ _/])[0-9a-f]{4}\\3[0-9a-f]{4})";

    private static final String SIXES =
            "(?=[0-9]{0,6}[.:_ /-]?[0-9]{0,6}[a-f])[0-9a-f]{6}[.:_ /-][0-9a-f]{6}";

    private static final String BARE = "(?:0x)?([0-9a-f]{12})";

    /** Neither within a longer row of groups, such as a UUID, nor within a word. */
    private static final Pattern MAC =
            Pattern.compile(
                    "(?<![0-9a-z])(?<![0-9a-z][:._/-])(?:"
                            + PAIRS
                            + "|"
                            + SPACED
                            + "|"
                            + FOURS
                            + "|"
                            + SIXES
                            + "|"
                            + BARE
                            + ")(?![0-9a-z])(?![:._/-][0-9a-z])");

    /** {@code MAC:}, {@code 设备MAC=}: a word, but not the first two digits of a MAC. */
    private static final Pattern LABEL =
            Pattern.compile(
                    "(?<![^ (\\[<{\"'])(?:(?:设备)?mac(?: ?addr(?:ess)?|地址)?(?: ?[:=]+ ?| )"
                            + "|(?=[^:= ]{0,30}[^0-9a-f:= _-])\\p{L}[\\p{L}\\p{N}_()-]{0,30} ?[:=]+ ?)");

    /** What was probably meant as a MAC. */
    private static final Pattern ALMOST =
            Pattern.compile("(?:[0-9a-z]{1,3}[:._ -]){4,}[0-9a-z]{1,3}");

    private static final Pattern SEPARATORS = Pattern.compile("[:._/ -]");

    private static final Pattern DIGITS = Pattern.compile("[0-9a-f]{1,12}");

    private static final Pattern AROUND = Pattern.compile("[ <>`\\p{P}&&[^/]]*");

    /**
     * A MAC as it was found.
     *
     * @param separated whether it had separators: then it is nothing else
     * @param digits whether it consists of decimal digits without separators, as serial and
     *     telephone numbers do
     */
    record SpelledMac(Mac mac, boolean separated, boolean digits) {}

    private MacSpelling() {}

    /**
     * Parses a text that is one MAC.
     *
     * @return empty if it is anything else; also returns MACs that belong to no single device
     */
    public static Optional<Mac> parse(String text) {
        if (text.length() > LONGEST) {
            return Optional.empty();
        }
        String written = unlabelled(ListText.cell(text));
        Matcher matcher = MAC.matcher(written);
        if (!matcher.find()) {
            return Optional.empty();
        }
        boolean alone =
                AROUND.matcher(written.substring(0, matcher.start())).matches()
                        && AROUND.matcher(written.substring(matcher.end())).matches();
        return alone ? Mac.parse(digits(matcher.group())) : Optional.empty();
    }

    /**
     * The digits with which a MAC begins, in lower case, for a search; empty if the text is no such
     * beginning.
     */
    public static String prefix(String text) {
        if (text.length() > LONGEST) {
            return "";
        }
        String digits = SEPARATORS.matcher(unlabelled(ListText.cell(text))).replaceAll("");
        return DIGITS.matcher(digits).matches() ? digits : "";
    }

    /**
     * All MACs in a text, in its order.
     *
     * @param text as {@link ListText#cell} returns it
     */
    static List<SpelledMac> all(String text) {
        Optional<Mac> usual = Mac.parse(text);
        if (usual.isPresent()) {
            return List.of(usual(text, usual.get()));
        }
        var found = new ArrayList<SpelledMac>(1);
        Matcher matcher = MAC.matcher(unlabelled(text));
        while (matcher.find()) {
            String digits = digits(matcher.group());
            boolean bare = matcher.group(4) != null;
            boolean decimal = bare && decimal(digits);
            Mac.parse(digits).ifPresent(mac -> found.add(new SpelledMac(mac, !bare, decimal)));
        }
        return found;
    }

    /** A MAC in a form that devices use, too. */
    static SpelledMac usual(String text, Mac mac) {
        boolean separated = text.length() > 2 * OCTETS;
        return new SpelledMac(mac, separated, !separated && decimal(text));
    }

    private static boolean decimal(String digits) {
        return digits.chars().allMatch(c -> c <= '9');
    }

    /** Whether a text without a MAC was probably meant as one. */
    static boolean almost(String text) {
        return text.length() <= LONGEST && ALMOST.matcher(unlabelled(text)).matches();
    }

    private static String unlabelled(String text) {
        String lower = text.toLowerCase(Locale.ROOT);
        return lower.indexOf(':') < 0 && lower.indexOf('=') < 0 && !lower.contains("mac")
                ? lower
                : LABEL.matcher(lower).replaceAll(" ").strip();
    }

    private static String digits(String spelled) {
        String given = spelled.startsWith("0x") ? spelled.substring(2) : spelled;
        var digits = new StringBuilder(12);
        for (int i = 0; i < given.length(); i++) {
            if (Character.isLetterOrDigit(given.charAt(i))) {
                digits.append(given.charAt(i));
            }
        }
        return digits.toString();
    }
}
