package io.slipway.simulator.strict;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** JSON as parsed by cJSON, the firmware's parser. */
public sealed interface CJson {

    record JsonText(String value) implements CJson {}

    record Num(double value) implements CJson {}

    record Bool(boolean value) implements CJson {}

    record Null() implements CJson {}

    record Items(List<CJson> values) implements CJson {}

    record Field(String key, CJson value) {}

    record Fields(List<Field> list) implements CJson {

        /** {@code cJSON_GetObjectItem}: case-insensitive, the first match wins. */
        public @Nullable CJson get(String key) {
            for (Field field : list) {
                if (same(field.key, key)) {
                    return field.value;
                }
            }
            return null;
        }

        /** How many of its keys match for {@link #get}. */
        int count(String key) {
            return (int) list.stream().filter(field -> same(field.key, key)).count();
        }

        // ASCII only: for String.equalsIgnoreCase, U+017F is an s.
        private static boolean same(String found, String key) {
            return found.equalsIgnoreCase(key) && found.chars().allMatch(c -> c < 0x80);
        }

        public boolean has(String key) {
            return get(key) != null;
        }

        /** The string at {@code key}, null if absent or of another type. */
        public @Nullable String text(String key) {
            return get(key) instanceof JsonText text ? text.value : null;
        }

        /** The number at {@code key}, null if absent or of another type. */
        public @Nullable Double number(String key) {
            return get(key) instanceof Num num ? num.value : null;
        }
    }

    /**
     * Parses one value with nothing after it.
     *
     * @throws IllegalArgumentException with the error and its position
     */
    static CJson parse(String text) {
        var parser = new Parser(text);
        CJson value = parser.value(0);
        parser.blanks();
        if (parser.at < text.length()) {
            throw parser.wrong("something follows the value");
        }
        return value;
    }

    /** Whether cJSON reads a value from it; it ignores what follows one. */
    static boolean begins(byte[] body) {
        String text = new String(body, StandardCharsets.ISO_8859_1);
        // A byte order mark is skipped.
        var parser = new Parser(text.startsWith("\u00ef\u00bb\u00bf") ? text.substring(3) : text);
        try {
            parser.value(0);
            return true;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    /** {@code text} as a JSON string, including quotes. */
    static String quote(String text) {
        var out = new StringBuilder("\"");
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                out.append('\\').append(c);
            } else if (c < ' ') {
                out.append("\\u%04x".formatted((int) c));
            } else {
                out.append(c);
            }
        }
        return out.append('"').toString();
    }

    /** Recursive descent; replies are small, and so is a device's stack. */
    final class Parser {

        private static final int MAX_DEPTH = 32;

        private final String text;
        private int at;

        private Parser(String text) {
            this.text = text;
        }

        private IllegalArgumentException wrong(String what) {
            return new IllegalArgumentException(what + " at character " + at);
        }

        private void blanks() {
            while (at < text.length() && " \t\r\n".indexOf(text.charAt(at)) >= 0) {
                at++;
            }
        }

        private CJson value(int depth) {
            blanks();
            if (depth > MAX_DEPTH) {
                throw wrong("too deep");
            }
            if (at == text.length()) {
                throw wrong("the end");
            }
            return switch (text.charAt(at)) {
                case '{' -> fields(depth);
                case '[' -> items(depth);
                case '"' -> new JsonText(string());
                case 't' -> word("true", new Bool(true));
                case 'f' -> word("false", new Bool(false));
                case 'n' -> word("null", new Null());
                default -> number();
            };
        }

        private CJson fields(int depth) {
            var list = new ArrayList<Field>();
            at++;
            blanks();
            if (skip('}')) {
                return new Fields(list);
            }
            do {
                blanks();
                String key = string();
                blanks();
                if (!skip(':')) {
                    throw wrong("no colon");
                }
                list.add(new Field(key, value(depth + 1)));
                blanks();
            } while (skip(','));
            if (!skip('}')) {
                throw wrong("the object does not end");
            }
            return new Fields(list);
        }

        private CJson items(int depth) {
            var list = new ArrayList<CJson>();
            at++;
            blanks();
            if (skip(']')) {
                return new Items(list);
            }
            do {
                list.add(value(depth + 1));
                blanks();
            } while (skip(','));
            if (!skip(']')) {
                throw wrong("no end of the array");
            }
            return new Items(list);
        }

        private boolean skip(char c) {
            boolean there = at < text.length() && text.charAt(at) == c;
            at += there ? 1 : 0;
            return there;
        }

        private CJson word(String word, CJson value) {
            if (!text.startsWith(word, at)) {
                throw wrong("no value");
            }
            at += word.length();
            return value;
        }

        private CJson number() {
            int from = at;
            while (at < text.length() && "+-.0123456789eE".indexOf(text.charAt(at)) >= 0) {
                at++;
            }
            String digits = text.substring(from, at);
            if (!digits.matches("-?(0|[1-9][0-9]*)(\\.[0-9]+)?([eE][+-]?[0-9]+)?")) {
                throw wrong("no value");
            }
            return new Num(Double.parseDouble(digits));
        }

        private String string() {
            if (!skip('"')) {
                throw wrong("no string");
            }
            var out = new StringBuilder();
            while (at < text.length()) {
                char c = text.charAt(at++);
                if (c == '"') {
                    return cString(out.toString());
                }
                if (c < ' ') {
                    throw wrong("control character in a string");
                }
                out.append(c == '\\' ? escape() : c);
            }
            throw wrong("no end of the string");
        }

        // The result in C; an unpaired surrogate makes cJSON give up.
        private String cString(String value) {
            if (value.codePoints().anyMatch(c -> Character.getType(c) == Character.SURROGATE)) {
                throw wrong("half a surrogate pair");
            }
            int end = value.indexOf('\0');
            return end < 0 ? value : value.substring(0, end);
        }

        private char escape() {
            char c = at < text.length() ? text.charAt(at++) : 0;
            int plain = "\"\\/bfnrt".indexOf(c);
            if (plain >= 0) {
                return "\"\\/\b\f\n\r\t".charAt(plain);
            }
            if (c != 'u' || at + 4 > text.length()) {
                throw wrong("unknown escape");
            }
            String hex = text.substring(at, at + 4);
            if (!hex.matches("[0-9a-fA-F]{4}")) {
                throw wrong("unknown escape");
            }
            at += 4;
            return (char) Integer.parseInt(hex, 16);
        }
    }
}
