package io.slipway.session.dialogue;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What is said of a sentence, and shown: plain text, without Markdown, addresses of links, HTML
 * tags and emoji. Lines of lists and tables become plain sentences. Thread-safe.
 */
public final class Spoken {

    /** Lines of a table or between paragraphs that are only drawn. */
    private static final Pattern RULE = Pattern.compile("[-|:=*_+#>\\s]*+");

    /** The marks before a line of a quote, a heading or a list. */
    private static final Pattern LINE =
            Pattern.compile("(?:>|#{1,6}(?=\\s)|[-+*•·◦▪](?=\\s)|\\[[ xX]](?=\\s))\\s*+");

    private static final Pattern ITEM = Pattern.compile("(\\d{1,3})(?:[.)](?=\\s)|、)\\s*+");

    /** {@code [1]: https://…}. */
    private static final Pattern DEFINITION =
            Pattern.compile("\\[[^]]{1,80}]:\\s.*+", Pattern.DOTALL);

    private static final Pattern ADDRESS =
            Pattern.compile(
                    "<?(?i:(?:https?|ftp|mailto|tel)://|www\\.|(?:mailto|tel):)"
                            + "[\\x21-\\x7e&&[^<>\"'`()\\[\\]|*]]*(?<![.,!?;:])>?");

    private static final Pattern TAG = Pattern.compile("</?[A-Za-z][^<>]{0,200}+>");
    private static final Pattern FOOTNOTE = Pattern.compile("\\[\\^[^]]{0,40}+]");
    private static final Pattern REFERENCE = Pattern.compile("(?<=])\\[[^]]{0,40}+]");
    private static final Pattern PICTURE = Pattern.compile("!(?=\\[)");
    private static final Pattern ESCAPE = Pattern.compile("\\\\(?=\\p{Punct})");
    private static final Pattern EMPTY = Pattern.compile("\\(\\s*+\\)|（\\s*+）");
    private static final Pattern TIMES = Pattern.compile("(?<=[\\d)]) ?\\*{1,2} ?(?=[\\d(])");
    private static final Pattern CELL = Pattern.compile("\\s*+\\|[\\s|]*+");
    private static final Pattern INNER_UNDERLINE =
            Pattern.compile("(?<=[\\p{L}\\d])_++(?=[\\p{L}\\d])");
    private static final Pattern MARKS = Pattern.compile("[*_`]++");
    private static final Pattern STRUCK = Pattern.compile("~~++");
    private static final Pattern BRACKETS = Pattern.compile("\\[([^\\[\\]]{1,200})]");
    private static final Pattern FIRST_CELL = Pattern.compile("^[\\s|]++");
    private static final Pattern LAST_CELL = Pattern.compile("\\|[\\s|]*+$");
    private static final Pattern SPACES = Pattern.compile("\\s++");
    private static final Pattern SPACE_BEFORE = Pattern.compile(" (?=[,.!?;:，。！？；：、）)](?!\\d))");
    private static final Pattern CHINESE = Pattern.compile("[\\u2e80-\\uffef]");

    private Spoken() {}

    /**
     * What is said of a sentence; {@code ""} if nothing is. Never throws.
     *
     * @param sentence one of {@link Sentences}; of much longer texts the time may grow with the
     *     square of their length
     */
    public static String of(String sentence) {
        String text = sentence.strip();
        if (RULE.matcher(text).matches() || DEFINITION.matcher(text).matches()) {
            return "";
        }
        boolean chinese = CHINESE.matcher(text).find();
        boolean table = text.startsWith("|") || text.endsWith("|");
        String plain = line(text, chinese);
        boolean line = table || !plain.equals(text);
        plain = linked(FOOTNOTE.matcher(PICTURE.matcher(plain).replaceAll("")).replaceAll(""));
        String addressed = plain;
        plain = ADDRESS.matcher(plain).replaceAll("");
        if (!plain.equals(addressed)) {
            plain = EMPTY.matcher(plain).replaceAll("");
        }
        plain = TAG.matcher(plain).replaceAll(" ");
        plain = ESCAPE.matcher(plain).replaceAll("");
        plain = cells(plain, chinese);
        plain = TIMES.matcher(plain).replaceAll(" × ");
        plain = INNER_UNDERLINE.matcher(plain).replaceAll(" ");
        plain = withoutEmoji(MARKS.matcher(plain).replaceAll(""));
        plain = STRUCK.matcher(plain).replaceAll("");
        plain = SPACES.matcher(plain).replaceAll(" ").strip();
        plain = SPACE_BEFORE.matcher(plain).replaceAll("");
        if (plain.codePoints().noneMatch(Character::isLetterOrDigit)) {
            return "";
        }
        return line ? ended(plain, chinese) : plain;
    }

    // Quotes, headings and lists may be in each other.
    private static String line(String text, boolean chinese) {
        int at = 0;
        Matcher mark = LINE.matcher(text);
        while (mark.region(at, text.length()).lookingAt()) {
            at = mark.end();
        }
        Matcher item = ITEM.matcher(text).region(at, text.length());
        if (item.lookingAt()) {
            return item.group(1) + (chinese ? "，" : ", ") + text.substring(item.end());
        }
        return text.substring(at);
    }

    /** With the texts of links in the place of links. */
    private static String linked(String text) {
        String plain = REFERENCE.matcher(text).replaceAll("");
        if (!plain.contains("](")) {
            return BRACKETS.matcher(plain).replaceAll("$1");
        }
        var out = new StringBuilder(plain.length());
        int at = 0;
        for (int link = plain.indexOf("]("); link >= 0; link = plain.indexOf("](", at)) {
            String before = plain.substring(at, link);
            int opened = before.lastIndexOf('[');
            out.append(before, 0, Math.max(0, opened)).append(before.substring(opened + 1));
            at = closed(plain, link + 2);
        }
        return out.append(plain.substring(at)).toString();
    }

    // Addresses may contain brackets in pairs.
    private static int closed(String text, int from) {
        int depth = 1;
        int at = from;
        while (at < text.length() && depth > 0) {
            char c = text.charAt(at++);
            depth += c == '(' ? 1 : c == ')' ? -1 : 0;
        }
        return at;
    }

    private static String cells(String text, boolean chinese) {
        if (text.indexOf('|') < 0) {
            return text;
        }
        String inner = LAST_CELL.matcher(FIRST_CELL.matcher(text).replaceAll("")).replaceAll("");
        return CELL.matcher(inner).replaceAll(chinese ? "，" : ", ");
    }

    private static String withoutEmoji(String text) {
        var out = new StringBuilder(text.length());
        text.codePoints().filter(each -> !silent(each)).forEach(out::appendCodePoint);
        return out.toString();
    }

    private static boolean silent(int point) {
        if (point < 0x80) {
            return Character.isISOControl(point) && point != '\t' && point != '\n';
        }
        return Character.isExtendedPictographic(point)
                || Character.isEmojiModifier(point)
                // Flags, keycaps, the joiner, variants, parts of flags; halves of a character.
                || within(point, 0x1f1e6, 0x1f1ff)
                || point == 0x20e3
                || point == 0x200d
                || within(point, 0xfe00, 0xfe0f)
                || within(point, 0xe0000, 0xe007f)
                || within(point, Character.MIN_SURROGATE, Character.MAX_SURROGATE)
                || point == 0xfeff
                || point == 0xfffd
                || Character.isISOControl(point);
    }

    private static boolean within(int point, int first, int last) {
        return point >= first && point <= last;
    }

    private static String ended(String text, boolean chinese) {
        int last = text.codePointBefore(text.length());
        boolean open = Character.isLetterOrDigit(last) || ")）]\"”%".indexOf(last) >= 0;
        return open ? text + (chinese ? "。" : ".") : text;
    }
}
