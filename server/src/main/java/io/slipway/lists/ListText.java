package io.slipway.lists;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import org.jspecify.annotations.Nullable;

/** Text of lists: how files encode it, and what of it is not meant. */
final class ListText {

    /** Spreadsheets of Chinese systems save CSV in it; GBK and GB 2312 are parts of it. */
    private static final Charset GB18030 = Charset.forName("GB18030");

    /** Bytes from which UTF-16 without a mark is recognised. */
    private static final int SAMPLE = 4_096;

    /** Characters that are folded at once: the work grows with the square of combining marks. */
    private static final int PIECE = 256;

    /** Quotation marks around quotation marks that are taken off a cell. */
    private static final int LAYERS = 8;

    private ListText() {}

    /**
     * The text of a file in UTF-8, UTF-16 or GB 18030, without its byte order mark.
     *
     * @throws UnreadableList if it is not text
     */
    static String decode(byte[] file) throws UnreadableList {
        if (begins(file, 0xef, 0xbb, 0xbf)) {
            return text(file, 3, StandardCharsets.UTF_8);
        }
        if (begins(file, 0xff, 0xfe)) {
            return text(file, 2, StandardCharsets.UTF_16LE);
        }
        if (begins(file, 0xfe, 0xff)) {
            return text(file, 2, StandardCharsets.UTF_16BE);
        }
        Charset wide = wide(file);
        if (wide != null) {
            return text(file, 0, wide);
        }
        try {
            return checked(strict(file, 0, StandardCharsets.UTF_8));
        } catch (CharacterCodingException e) {
            return text(file, 0, GB18030);
        }
    }

    /** Whether a file begins with these bytes. */
    static boolean begins(byte[] file, int... bytes) {
        if (file.length < bytes.length) {
            return false;
        }
        for (int i = 0; i < bytes.length; i++) {
            if ((file[i] & 0xff) != bytes[i]) {
                return false;
            }
        }
        return true;
    }

    // MACs, serial numbers and line ends are ASCII: every second byte of most characters is zero.
    private static @Nullable Charset wide(byte[] file) {
        int even = 0;
        int odd = 0;
        int length = Math.min(file.length, SAMPLE) & ~1;
        for (int i = 0; i < length; i += 2) {
            even += file[i] == 0 ? 1 : 0;
            odd += file[i + 1] == 0 ? 1 : 0;
        }
        if (odd > length / 8 && even == 0) {
            return StandardCharsets.UTF_16LE;
        }
        return even > length / 8 && odd == 0 ? StandardCharsets.UTF_16BE : null;
    }

    private static String text(byte[] file, int from, Charset charset) throws UnreadableList {
        try {
            return checked(strict(file, from, charset));
        } catch (CharacterCodingException e) {
            throw noText();
        }
    }

    private static String strict(byte[] file, int from, Charset charset)
            throws CharacterCodingException {
        return charset.newDecoder()
                .decode(ByteBuffer.wrap(file, from, file.length - from))
                .toString();
    }

    private static String checked(String text) throws UnreadableList {
        if (text.indexOf('\0') >= 0) {
            throw noText();
        }
        return text;
    }

    private static UnreadableList noText() {
        return new UnreadableList(
                "这不是文本，也不是 xlsx 表格：请另存为 xlsx 或 CSV",
                "This is neither text nor an xlsx spreadsheet: save it as xlsx or CSV");
    }

    /**
     * What a person meant to write: full-width characters as usual ones, one kind of space, dash
     * and quotation mark, nothing invisible.
     */
    static String plain(String text) {
        if (printable(text)) {
            return text.strip();
        }
        var plain = new StringBuilder(text.length());
        for (int from = 0; from < text.length(); ) {
            int to = Math.min(from + PIECE, text.length());
            if (to < text.length() && Character.isHighSurrogate(text.charAt(to - 1))) {
                to++;
            }
            fold(text.substring(from, to), plain);
            from = to;
        }
        return plain.toString().strip();
    }

    private static void fold(String piece, StringBuilder plain) {
        String folded = Normalizer.normalize(piece, Normalizer.Form.NFKC);
        for (int i = 0; i < folded.length(); i++) {
            char c = folded.charAt(i);
            if (c >= ' ' && c < 0x7f) {
                plain.append(c);
            } else if (Character.isWhitespace(c) || Character.isSpaceChar(c)) {
                plain.append(' ');
            } else if (dash(c)) {
                plain.append('-');
            } else if ("\u2018\u2019\u201b\u00b4\u2032".indexOf(c) >= 0) {
                plain.append('\'');
            } else if ("\u201c\u201d\u201f\u2033\u300c\u300d\u300e\u300f".indexOf(c) >= 0) {
                plain.append('"');
            } else if (c == '\u2236' || c == '\ua789') {
                plain.append(':');
            } else if (!invisible(c)) {
                plain.append(c);
            }
        }
    }

    private static boolean printable(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) < ' ' || text.charAt(i) >= 0x7f) {
                return false;
            }
        }
        return true;
    }

    private static boolean dash(char c) {
        return Character.getType(c) == Character.DASH_PUNCTUATION || c == '\u2212' || c == '\u00af';
    }

    private static boolean invisible(char c) {
        int type = Character.getType(c);
        return type == Character.FORMAT
                || type == Character.CONTROL
                || (c >= '\ufe00' && c <= '\ufe0f');
    }

    /**
     * A cell's content: without the apostrophe, the formula {@code ="…"} or the quotation marks
     * that make it text for a spreadsheet.
     */
    static String cell(String text) {
        String cell = plain(text);
        for (int layer = 0; layer < LAYERS; layer++) {
            String before = cell;
            if (cell.startsWith("=\"") || cell.startsWith("='")) {
                cell = cell.substring(1);
            }
            if (cell.length() >= 2 && cell.startsWith("\"") && cell.endsWith("\"")) {
                cell = cell.substring(1, cell.length() - 1).strip();
            }
            if (cell.startsWith("'") || cell.startsWith("`")) {
                cell = cell.substring(1).strip();
            }
            if (cell.endsWith("'") || cell.endsWith("`")) {
                cell = cell.substring(0, cell.length() - 1).strip();
            }
            if (cell.length() == before.length()) {
                break;
            }
        }
        return cell;
    }
}
