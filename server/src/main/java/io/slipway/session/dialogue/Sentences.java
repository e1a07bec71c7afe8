package io.slipway.session.dialogue;

import java.util.ArrayList;
import java.util.List;

/**
 * Cuts the text of a language model into sentences, each as soon as it is whole. One for each
 * answer. Reasoning and blocks of code are left out; other Markdown is left in, for {@link Spoken}.
 *
 * <p>A line end, and a full stop, question or exclamation mark of Chinese, end a sentence at once.
 * Those of English do when the next word has come: they are also in numbers, names and
 * abbreviations. What closes a sentence after such an end (quotes, brackets, more marks) is left
 * out. The first sentence may end at a comma, so that sound begins soon.
 *
 * <p>The sentences are the same, however the text comes in pieces. Keeps {@link #MOST} characters
 * at most. Never throws. Not thread-safe.
 */
public final class Sentences {

    /** The punctuation, signs and characters of Chinese and Japanese begin here. */
    private static final char WIDE = 0x2e80;

    /** Longer sentences are cut at a comma or space, in characters (UTF-16). */
    public static final int MOST = 240;

    /** Before a third of the longest sentence, none is cut. */
    private static final int LEAST = MOST / 3;

    /** The least width of a first part, in Latin characters; Chinese ones are twice as wide. */
    private static final int FIRST_WIDTH = 12;

    /** An ellipsis after less is a pause. */
    private static final int PAUSE_WIDTH = 12;

    /** How far behind a bracket or the address of a link may close, in characters. */
    private static final int LINK_TEXT = 60;

    private final Reasoning filters = new Reasoning(new CodeBlocks(this));
    private final StringBuilder text = new StringBuilder();

    /** Whole ones that were not taken yet. */
    private List<String> whole = new ArrayList<>();

    /** Where the sentence ends, if what follows fits; -1 if there is no such place. */
    private int end = -1;

    private boolean first = true;

    /** The sentences that are whole with the next piece of text; mostly none. */
    public List<String> add(String delta) {
        for (int i = 0; i < delta.length(); i++) {
            filters.add(delta.charAt(i));
        }
        return taken();
    }

    /** The end of the text: what remains, as one sentence, or none. */
    public List<String> flush() {
        filters.end();
        cut(text.length());
        return taken();
    }

    private List<String> taken() {
        if (whole.isEmpty()) {
            return List.of();
        }
        List<String> taken = whole;
        whole = new ArrayList<>();
        return taken;
    }

    /** The next one that is neither reasoning nor code. */
    void character(char c) {
        if (isLineEnd(c)) {
            cut(text.length());
            return;
        }
        boolean space = Character.isWhitespace(c) || Character.isSpaceChar(c);
        if (text.isEmpty() && (space || closes(c) || isMark(c))) {
            return;
        }
        if (end >= 0 && decided(c, space)) {
            return;
        }
        boolean repeated = space && text.charAt(text.length() - 1) == ' ';
        if (repeated) {
            return;
        }
        text.append(space ? ' ' : c);
        look(c, space);
        if (text.length() == MOST) {
            cutLong();
        }
    }

    /** Whether it was taken care of, when the sentence may end before it. */
    private boolean decided(char c, boolean space) {
        boolean spaced = text.length() > end;
        char mark = mark();
        if (!spaced && (closes(c) || isMark(c) || c == '.' || isFormat(c))) {
            text.append(c);
            end = text.length();
            if (end == MOST) {
                cut(end);
            }
            return true;
        }
        if (space && mark == '.') {
            return false;
        }
        boolean ends =
                space
                        || (spaced
                                ? !Character.isLowerCase(c) && !Abbreviations.end(until(end), c)
                                : c >= WIDE && !(mark == '.' && Character.isDigit(beforeMark())));
        if (ends && !inLink()) {
            cut(end);
            character(c);
            return true;
        }
        end = -1;
        return false;
    }

    private String until(int place) {
        return text.substring(0, place);
    }

    // The one that may end the sentence: quotes may follow it.
    private char mark() {
        return text.charAt(markAt());
    }

    private char beforeMark() {
        int at = markAt();
        return at == 0 ? ' ' : text.charAt(at - 1);
    }

    private int markAt() {
        int at = end - 1;
        while (at > 0 && !isMark(text.charAt(at)) && text.charAt(at) != '.') {
            at--;
        }
        return at;
    }

    private void look(char c, boolean space) {
        int length = text.length();
        char before = length < 2 ? ' ' : text.charAt(length - 2);
        if (c == '…' ? width() > PAUSE_WIDTH : isWideMark(c)) {
            cutUnlessInLink();
        } else if (c == '!' || c == '?') {
            if (before >= WIDE) {
                cutUnlessInLink();
            } else {
                end = length;
            }
        } else if (c == '.') {
            end = length;
        } else if (first && width() >= FIRST_WIDTH) {
            if (c == '，' || c == '：' || (space && (before == ',' || before == ';'))) {
                cutUnlessInLink();
            }
        }
    }

    private void cutUnlessInLink() {
        if (!inLink()) {
            cut(text.length());
        }
    }

    /** Ends a sentence before a place. What is behind it is the beginning of the next. */
    private void cut(int at) {
        String sentence = until(at).strip();
        String rest = text.substring(at);
        text.setLength(0);
        end = -1;
        if (!sentence.isEmpty()) {
            whole.add(sentence);
            first = false;
        }
        for (int i = 0; i < rest.length(); i++) {
            character(rest.charAt(i));
        }
    }

    private void cutLong() {
        int at = -1;
        for (int i = MOST; at < 0 && i > LEAST; i--) {
            char before = text.charAt(i - 1);
            boolean spaced = i < MOST && text.charAt(i) == ' ';
            if ("，、；：".indexOf(before) >= 0 || (spaced && ",;:".indexOf(before) >= 0)) {
                at = i;
            }
        }
        for (int i = MOST - 1; at < 0 && i > LEAST; i--) {
            if (text.charAt(i) == ' ') {
                at = i;
            }
        }
        if (at < 0) {
            at = MOST;
            // What belongs together on the screen stays together.
            if (Character.isHighSurrogate(text.charAt(at - 1))) {
                at--;
            }
        }
        cut(at);
    }

    /** Whether the text ends within the text or the address of a link. */
    private boolean inLink() {
        int opened = text.lastIndexOf("[");
        if (opened >= 0 && text.length() - opened <= LINK_TEXT && text.indexOf("]", opened) < 0) {
            return true;
        }
        int address = text.lastIndexOf("](");
        return address >= 0 && text.indexOf(")", address) < 0;
    }

    // Of Latin characters.
    private int width() {
        int width = 0;
        for (int i = 0; i < text.length(); i++) {
            width += text.charAt(i) >= WIDE ? 2 : 1;
        }
        return width;
    }

    static boolean isLineEnd(char c) {
        return "\n\r\f\u000b\u0085\u2028\u2029".indexOf(c) >= 0;
    }

    private static boolean isWideMark(char c) {
        return "。！？；｡।؟۔".indexOf(c) >= 0;
    }

    private static boolean isMark(char c) {
        return c == '!' || c == '?' || c == '…' || isWideMark(c);
    }

    private static boolean closes(char c) {
        return ")]}）】」』》〉”’»".indexOf(c) >= 0;
    }

    // In English, quotes and Markdown's marks look the same at both ends.
    private static boolean isFormat(char c) {
        return "\"'*_`~".indexOf(c) >= 0;
    }
}
